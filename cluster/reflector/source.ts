import type { Logger } from "#observe/contract.ts";
import type { ApiClient } from "../api/client.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ClusterSource, Kind, StateWriter, WatchSelection } from "../contract.ts";
import { Pool } from "../objects/pool.ts";
import type { InitialSync } from "./initial-sync.ts";
import { createReflectorMetrics, type ReflectorMetrics } from "./metrics.ts";
import { Reflector } from "./reflector.ts";
import { defaultTiming, type ReflectorTiming } from "./timing.ts";
import { watchListFirst } from "./watch-list.ts";

export interface ApiServerSourceOptions {
  readonly client: ApiClient;
  /** At most one for each kind. */
  readonly selections: readonly WatchSelection[];
  readonly logger: Logger;
  /** watchListFirst() unless given. */
  readonly initialSync?: InitialSync;
  readonly timing?: Partial<ReflectorTiming>;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

export interface ApiServerSource extends ClusterSource {
  /** Host and port of the server. */
  readonly host: string;
  /** One for each selection, alive while the source runs. */
  readonly metrics: readonly ReflectorMetrics[];
}

/** Follows an API server: one reflector a kind, all on the same client and sharing equal strings. */
export function createApiServerSource(options: ApiServerSourceOptions): ApiServerSource {
  const { client, selections, logger, initialSync = watchListFirst() } = options;
  const { clock = systemClock, random = Math.random } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const pool = new Pool();
  const watched = selections.map((selection) => ({
    selection,
    metrics: createReflectorMetrics(selection.kind),
  }));
  return {
    host: client.host,
    metrics: watched.map(({ metrics }) => metrics),
    async run(writer: StateWriter, signal: AbortSignal): Promise<void> {
      for (const { kind } of selections) writer.expect(kind);
      const reflectors = watched.map(({ selection, metrics }) => {
        const { kind } = selection;
        const tools = { client, pool, clock, random, logger, timing, writer };
        return new Reflector<Kind>({ kind, selection, metrics, ...tools }, initialSync);
      });
      await Promise.all(reflectors.map((reflector) => reflector.run(signal)));
    },
  };
}
