import { collectedCounter } from "#observe/collected.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import { ConnectionCounts } from "./connection-counts.ts";
import type { MetricSources } from "./contract.ts";

export interface ConnectionMetricsOptions {
  readonly registry: MetricsRegistry;
  readonly sources: Pick<MetricSources, "connections">;
  /** Most ServicePorts with a series of their own; 0 reads nothing and shows nothing. */
  readonly limit: number;
  readonly logger: Logger;
}

/** Connections by ServicePort, read from the kernel's counters when Prometheus asks. */
export function registerConnectionMetrics({
  registry,
  sources,
  limit,
  logger,
}: ConnectionMetricsOptions): void {
  if (limit === 0) return;
  const counts = new ConnectionCounts(limit);
  collectedCounter({
    registry,
    name: "fairlead_proxy_service_connections_total",
    help: "New connections by ServicePort; those with fewest are one series without a name.",
    labelNames: ["namespace", "service", "port", "protocol", "ip_family"],
    async collect(emit) {
      try {
        counts.update(await sources.connections());
      } catch (error) {
        // The other metrics are worth having all the same, and most so when the kernel does not answer.
        const cause = error instanceof Error ? error.message : String(error);
        logger.warn({}, `counters of Services not read: ${cause}`);
      }
      for (const { port, total } of counts.shown()) {
        const { namespace, name, portName, protocol, family } = port;
        emit([namespace, name, portName, protocol, `IPv${family}`], total);
      }
      emit(["", "", "", "", ""], counts.others);
    },
  });
}
