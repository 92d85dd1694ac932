/** The DNS server: a Corefile with its listeners, from start to the last answer. */
import type { ThreadPriority } from "#linux/thread.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type {
  ClientAddress,
  LoadedBlock,
  PluginInstance,
  SharedServices,
  Transport,
} from "../contract.ts";
import type { Corefile } from "../corefile/contract.ts";
import { loadBlocks } from "../corefile/load.ts";
import { panicReporter } from "../plugins/panics.ts";
import { queryCountsCollector } from "../plugins/prometheus/metrics.ts";
import { registry } from "../plugins/registry.ts";
import { Admission } from "./admission.ts";
import { ClusterFeeds } from "./cluster-feeds.ts";
import { countDropped } from "./dropped.ts";
import { listenAll, type ServerListener, type UdpTransport } from "./listeners.ts";
import { createLookup } from "./lookup.ts";
import { QueryService } from "./query-service.ts";
import { createRouter } from "./router.ts";

export interface DnsServerOptions {
  readonly corefile: Corefile;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly udpTransport: UdpTransport;
  readonly workerPriority?: ThreadPriority;
  /** Told when serving has become impossible, for example because a worker died. */
  readonly onFailure: (error: Error) => void;
}

export class DnsServer {
  readonly #options: DnsServerOptions;
  readonly #feeds: ClusterFeeds;
  readonly #blocks: readonly LoadedBlock[];
  readonly #service: QueryService;
  readonly #admission = new Admission();
  readonly #shared: SharedServices;
  #listeners: readonly ServerListener[] = [];

  /**
   * Sets everything up and starts nothing.
   * @throws CorefileErrors
   */
  constructor(options: DnsServerOptions) {
    const { corefile, logger, metrics } = options;
    this.#options = options;
    this.#feeds = new ClusterFeeds(logger, metrics);
    this.#shared = this.#createShared();
    const services = { logger, metrics, shared: this.#shared };
    this.#blocks = loadBlocks(corefile, registry, services);
    this.#service = new QueryService({
      router: createRouter(this.#blocks),
      onPanic: panicReporter(services),
      onDropped: countDropped(this.#blocks, queryCountsCollector(services)),
    });
  }

  get listeners(): readonly ServerListener[] {
    return this.#listeners;
  }

  /**
   * Follows the cluster, starts the plugins, then opens the listeners.
   * @throws SystemCallError for an address that cannot be bound; nothing stays open then
   */
  async start(): Promise<void> {
    const { logger, metrics, udpTransport, workerPriority, onFailure } = this.#options;
    try {
      await this.#feeds.start();
      await Promise.all(this.#instances.map((instance) => instance.start?.()));
      this.#listeners = await listenAll(this.#blocks, {
        udpTransport,
        ...(workerPriority === undefined ? {} : { workerPriority }),
        collector: queryCountsCollector({ shared: this.#shared, metrics }),
        answer: (query, client, transport, server) =>
          this.#answer(query, client, transport, server),
        onFailure,
      });
    } catch (error) {
      logger.debug({}, "start-up failed, closing what was opened");
      await this.#close();
      throw error;
    }
  }

  /** Lets lameduck pass, answers what is in hand, and closes. */
  async stop(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.beforeShutdown?.()));
    await this.#close();
  }

  async #close(): Promise<void> {
    await Promise.all(this.#listeners.flatMap(({ udp, tcp }) => [udp.close(), tcp.close()]));
    await Promise.all(this.#instances.map((instance) => instance.stop?.()));
    await this.#feeds.stop();
  }

  get #instances(): readonly PluginInstance[] {
    return this.#blocks.flatMap(({ instances }) => instances);
  }

  #answer(
    bytes: Uint8Array,
    client: ClientAddress,
    transport: Transport,
    server: string,
  ): Promise<Uint8Array | undefined> {
    return this.#admission.run(client.address, () =>
      this.#service.answer({ bytes, client, transport, server }),
    );
  }

  #createShared(): SharedServices {
    const made = new Map<string, unknown>();
    return {
      clusterState: (options) => this.#feeds.state(options),
      // The key names the type: every caller of one key makes the same thing.
      once: <T>(key: string, make: () => T): T => {
        if (!made.has(key)) made.set(key, make());
        return made.get(key) as T;
      },
      lookup: createLookup(() => this.#service),
      onFatal: (error) => this.#options.onFailure(error),
      instances: () => this.#instances,
    };
  }
}
