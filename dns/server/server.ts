/** The DNS server: a configuration with its listeners, from start over reloads to the last answer. */
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type { SharedServices } from "../contract.ts";
import type { Corefile } from "../corefile/contract.ts";
import { queryCountsCollector } from "../plugins/prometheus/metrics.ts";
import { Admission } from "./admission.ts";
import { Configuration, type ServerProcess } from "./configuration.ts";
import { KeptResources } from "./kept.ts";
import { type Configured, type Handover, ListenerSet } from "./listener-set.ts";
import type { ListenerOptions, ServerListener } from "./listeners.ts";
import { onceByKey } from "./once.ts";

export interface DnsServerOptions extends ListenerOptions {
  readonly corefile: Corefile;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  /** Aborts when the process is to end: a start under way waits for nothing more. stop() is due all the same. */
  readonly stopping: AbortSignal;
  /** Asked by the reload plugin to look for a changed Corefile. Absent: there is none to look at. */
  readonly refresh?: SharedServices["refresh"];
  /** Where blocks listen that do not say where. Absent: on every local address. */
  readonly hosts?: readonly string[];
  /** Where other parts of the process follow the cluster too. Absent: each connection is the server's own. */
  readonly clusterState?: ServerProcess["clusterState"];
}

export class DnsServer {
  readonly #process: ServerProcess;
  readonly #stopping: AbortSignal;
  readonly #admission = new Admission();
  readonly #listeners: ListenerSet;
  #configuration: Configuration;
  /** Starts, reloads and the stop come one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #serving = false;
  #stopped = false;

  /**
   * Sets everything up and starts nothing.
   * @throws CorefileErrors
   */
  constructor(options: DnsServerOptions) {
    const { corefile, logger, metrics, onFailure, refresh = async () => {} } = options;
    const once = onceByKey();
    this.#stopping = options.stopping;
    this.#process = {
      logger,
      metrics,
      once,
      onFatal: onFailure,
      isServing: () => this.#serving,
      refresh,
      kept: new KeptResources(),
      hosts: options.hosts ?? [""],
      clusterState: options.clusterState ?? (() => undefined),
    };
    this.#listeners = new ListenerSet(options, queryCountsCollector({ shared: { once }, metrics }));
    this.#configuration = new Configuration(corefile, this.#process);
  }

  get listeners(): readonly ServerListener[] {
    return this.#listeners.listeners;
  }

  /**
   * Follows the cluster, starts the plugins, then opens the listeners.
   * @throws SystemCallError for an address that cannot be bound; nothing stays open then
   */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      const handover = await this.#prepare(this.#configuration);
      await handover.commit();
      this.#serving = true;
    });
  }

  /**
   * Puts another Corefile in force. It is set up whole beside the one that serves, new listeners included; then all
   * listeners turn to it at once, those of addresses that stay with the sockets they have, and what is no longer
   * wanted closes behind its last answer.
   * @throws CorefileErrors, and whatever keeps it from starting; the former configuration then serves on untouched
   */
  reload(corefile: Corefile): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopped) return;
      const former = this.#configuration;
      const next = new Configuration(corefile, this.#process);
      const handover = await this.#prepare(next);
      this.#configuration = next;
      try {
        await handover.commit();
        await former.close();
      } catch (error) {
        // It is in force all the same.
        this.#process.logger.error({ error }, "the former configuration could not be closed whole");
      }
    });
  }

  /** Lets lameduck pass, answers what is in hand, and closes. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#stopped = true;
      await this.#configuration.beforeShutdown();
      await this.#listeners.close();
      await this.#configuration.close();
    });
  }

  /** Starts it and opens its listeners, which answer at once where they are new. */
  async #prepare(configuration: Configuration): Promise<Handover> {
    try {
      await configuration.start(this.#stopping);
      return await this.#listeners.prepare(this.#configured(configuration));
    } catch (error) {
      await configuration.close();
      throw error;
    }
  }

  #configured(configuration: Configuration): Configured {
    return {
      blocks: configuration.blocks,
      answer: (query) =>
        this.#admission.run(query.client.address, () => configuration.answer(query)),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
