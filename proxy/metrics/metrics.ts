import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type { IpFamily } from "../contract.ts";
import { registerConnectionMetrics } from "./connections.ts";
import type { MetricSources, ProxyMetrics } from "./contract.ts";
import { registerKubeProxyMetrics, registerProbeMetrics } from "./kube-proxy.ts";
import { registerOwnMetrics, registerRefusalSamples, registerWarnings } from "./own.ts";
import { registerRestClientMetrics } from "./rest-client.ts";

export interface ProxyMetricsOptions {
  readonly registry: MetricsRegistry;
  readonly families: readonly IpFamily[];
  readonly sources: MetricSources;
  /** Most ServicePorts that have their connections counted by name; 0 turns that off. */
  readonly connectionSeries: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** Registers everything that the proxy counts. */
export function createProxyMetrics(options: ProxyMetricsOptions): ProxyMetrics {
  const { registry, families, sources, connectionSeries, nowMs, logger } = options;
  const ofKubeProxy = registerKubeProxyMetrics(registry, families, nowMs);
  const own = registerOwnMetrics(registry, families, sources);
  registerConnectionMetrics({ registry, sources, limit: connectionSeries, logger });
  return {
    family(family) {
      const { onSynced, ...rest } = ofKubeProxy(family);
      const { setRevision, ...ours } = own(family);
      return {
        ...rest,
        ...ours,
        onSynced(sync) {
          onSynced(sync);
          setRevision(sync.revision);
        },
      };
    },
    onProbe: registerProbeMetrics(registry),
    onRequest: registerRestClientMetrics(registry),
    onWarning: registerWarnings(registry),
    onRefusalSample: registerRefusalSamples(registry),
  };
}
