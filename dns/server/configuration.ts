/** One Corefile in force: its blocks, the path of queries through them, and what they hold, from setup to last answer. */
import { setTimeout } from "node:timers/promises";
import { systemClock } from "#cluster/clock.ts";
import type { ClusterState } from "#cluster/contract.ts";
import { createClusterWatchMetrics } from "#cluster/reflector/watch-metrics.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type {
  ClusterStateOptions,
  LoadedBlock,
  PluginInstance,
  SharedServices,
} from "../contract.ts";
import type { Corefile } from "../corefile/contract.ts";
import { loadBlocks } from "../corefile/load.ts";
import { panicReporter } from "../plugins/panics.ts";
import type { QueryCounts, QueryCountsCollector } from "../plugins/prometheus/contract.ts";
import { queryCountsCollector } from "../plugins/prometheus/metrics.ts";
import { registry } from "../plugins/registry.ts";
import { ClusterFeed } from "./cluster-feeds.ts";
import { countDropped, createDroppedCounts } from "./dropped.ts";
import type { KeptHold, KeptResources } from "./kept.ts";
import { createLookup } from "./lookup.ts";
import { onceByKey } from "./once.ts";
import { QueryService, type ReceivedQuery } from "./query-service.ts";
import { createRestClientMetrics } from "./rest-client-metrics.ts";
import { createRouter } from "./router.ts";

/** Longer than any plugin takes for a query. */
const DRAIN_LIMIT_MS = 10_000;
const DRAIN_POLL_MS = 1;

/** What outlives configurations. */
export interface ServerProcess
  extends Pick<SharedServices, "once" | "onFatal" | "isServing" | "refresh"> {
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly kept: KeptResources;
  /** Where blocks listen that do not say where. */
  readonly hosts: readonly string[];
  /** A state that the process has anyway, for options that it fits. */
  readonly clusterState: (options: ClusterStateOptions) => ClusterState | undefined;
}

export class Configuration {
  readonly blocks: readonly LoadedBlock[];
  readonly #hold: KeptHold;
  readonly #feeds = new Set<ClusterFeed>();
  readonly #service: QueryService;
  readonly #collector: QueryCountsCollector;
  readonly #dropped: QueryCounts;
  #inFlight = 0;

  /**
   * Sets everything up and starts nothing.
   * @throws CorefileErrors; nothing is held then
   */
  constructor(corefile: Corefile, process: ServerProcess) {
    this.#hold = process.kept.hold();
    const services = {
      logger: process.logger,
      metrics: process.metrics,
      hosts: process.hosts,
      shared: this.#createShared(process),
    };
    this.#collector = queryCountsCollector(services);
    try {
      this.blocks = loadBlocks(corefile, registry, services);
    } catch (error) {
      void this.#hold.release();
      throw error;
    }
    this.#dropped = createDroppedCounts(this.blocks);
    this.#service = new QueryService({
      router: createRouter(this.blocks),
      onPanic: panicReporter(services),
      onDropped: countDropped(this.#dropped),
    });
  }

  get #instances(): readonly PluginInstance[] {
    return this.blocks.flatMap(({ instances }) => instances);
  }

  /**
   * Follows the cluster and starts the plugins.
   * @param stopping aborts when the process is to end: nothing is waited for then
   * @throws whatever keeps one of them from starting; close() is due then
   */
  async start(stopping: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const givenUp = AbortSignal.any([stopping, failed.signal]);
    this.#collector.add(this.#dropped);
    await Promise.all([...this.#feeds].map((feed) => feed.start()));
    const started = await Promise.allSettled(
      this.#instances.map(async (instance) => {
        try {
          await instance.start?.(givenUp);
        } catch (error) {
          failed.abort();
          throw error;
        }
      }),
    );
    // All have ended before any is stopped: none may open something behind the back of its stop().
    for (const result of started) if (result.status === "rejected") throw result.reason;
  }

  /** The reply to a query, or undefined when none is due. Never rejects. */
  async answer(received: ReceivedQuery): Promise<Uint8Array | undefined> {
    this.#inFlight++;
    try {
      return await this.#service.answer(received);
    } finally {
      this.#inFlight--;
    }
  }

  /** Lets lameduck pass. */
  async beforeShutdown(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.beforeShutdown?.()));
  }

  /** Answers what is in hand, then stops the plugins and lets go of what they held. No query may come any more. */
  async close(): Promise<void> {
    const deadline = performance.now() + DRAIN_LIMIT_MS;
    while (this.#inFlight > 0 && performance.now() < deadline) await setTimeout(DRAIN_POLL_MS);
    await Promise.all(this.#instances.map((instance) => instance.stop?.()));
    this.#collector.retire(this.#dropped);
    await this.#hold.release();
  }

  #createShared({
    once,
    onFatal,
    isServing,
    refresh,
    logger,
    metrics,
    clusterState,
  }: ServerProcess): SharedServices {
    return {
      once,
      onFatal,
      isServing,
      refresh,
      keep: (key, make) => this.#hold.keep(key, make),
      ofConfiguration: onceByKey(),
      clusterState: (options) => {
        const shared = clusterState(options);
        if (shared !== undefined) return shared;
        const restMetrics = once("rest client metrics", () => createRestClientMetrics(metrics));
        const watchMetrics = once("cluster watch metrics", () =>
          createClusterWatchMetrics(metrics, systemClock.nowMs),
        );
        const feed = this.#hold.keep(
          `cluster ${JSON.stringify(options)}`,
          () => new ClusterFeed(options, { logger, restMetrics, watchMetrics }),
        );
        this.#feeds.add(feed);
        return feed.state;
      },
      lookup: createLookup(() => this.#service),
      instances: () => this.#instances,
    };
  }
}
