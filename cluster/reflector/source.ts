import type { Logger } from "#observe/contract.ts";
import type { ApiClient } from "../api/client.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ClusterSource, Kind, StateWriter, WatchSelection } from "../contract.ts";
import { Pool } from "../objects/pool.ts";
import { type InitialSync, listFirst } from "./initial-sync.ts";
import { createReflectorMetrics, type ReflectorMetrics } from "./metrics.ts";
import { Reflector } from "./reflector.ts";

export interface ApiServerSourceOptions {
  readonly client: ApiClient;
  /** At most one for each kind. */
  readonly selections: readonly WatchSelection[];
  readonly logger: Logger;
  /** listFirst unless given; watchListFirst() where the server is known to stream lists. */
  readonly initialSync?: InitialSync;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

export interface ApiServerSource extends ClusterSource {
  /** One for each selection, alive while the source runs. */
  readonly metrics: readonly ReflectorMetrics[];
}

/** Follows an API server: one reflector a kind, all on the same client and sharing equal strings. */
export function createApiServerSource(options: ApiServerSourceOptions): ApiServerSource {
  const { client, selections, logger, initialSync = listFirst } = options;
  const { clock = systemClock, random = Math.random } = options;
  const pool = new Pool();
  const watched = selections.map((selection) => ({
    selection,
    metrics: createReflectorMetrics(selection.kind),
  }));
  return {
    metrics: watched.map(({ metrics }) => metrics),
    async run(writer: StateWriter, signal: AbortSignal): Promise<void> {
      for (const { kind } of selections) writer.expect(kind);
      const reflectors = watched.map(({ selection, metrics }) => {
        const { kind } = selection;
        const context = { kind, selection, client, pool, clock, random, logger, metrics };
        return new Reflector<Kind>(context, initialSync, writer);
      });
      await Promise.all(reflectors.map((reflector) => reflector.run(signal)));
    },
  };
}
