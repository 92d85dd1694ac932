import type { Clock } from "#cluster/clock.ts";
import type { ClusterState } from "#cluster/contract.ts";
import { type Conntrack, openConntrack } from "#linux/netlink/conntrack/socket.ts";
import type { Logger } from "#observe/contract.ts";
import { FlowCleaner } from "../conntrack/flow-cleaner.ts";
import { kernelFlowTable, type TrackedFlow } from "../conntrack/kernel-table.ts";
import { udpServiceOf } from "../conntrack/udp-service.ts";
import type { IpFamily } from "../contract.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import type { BatchReport } from "../sync/contract.ts";

export interface FlowParts {
  readonly families: readonly IpFamily[];
  readonly state: ClusterState;
  readonly metrics: ProxyMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Cleans stale UDP flows of all families as their rules come in. */
export class Flows {
  readonly #parts: FlowParts;
  readonly #conntrack: Conntrack;
  readonly #stop = new AbortController();
  readonly #cleaners: ReadonlyMap<IpFamily, FlowCleaner<TrackedFlow>>;

  /** @throws SystemCallError where connection tracking cannot be reached */
  constructor(parts: FlowParts) {
    const { families, metrics, clock, logger } = parts;
    this.#parts = parts;
    this.#conntrack = openConntrack({});
    const table = kernelFlowTable(this.#conntrack);
    const { signal } = this.#stop;
    this.#cleaners = new Map(
      families.map((family) => {
        const { onFlowsCleaned: onCleaned } = metrics.family(family);
        return [family, new FlowCleaner({ family, table, clock, logger, signal, onCleaned })];
      }),
    );
  }

  synced({ family, services }: BatchReport): void {
    const { state } = this.#parts;
    this.#cleaners
      .get(family)
      ?.synced(
        services.map((service) =>
          udpServiceOf(service, state.slicesOfService(service.namespace, service.name)),
        ),
      );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(Array.from(this.#cleaners.values(), (cleaner) => cleaner.idle()));
    this.#conntrack.close();
  }
}
