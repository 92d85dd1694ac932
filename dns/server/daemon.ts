/** A DNS server with the Corefile that it follows: the start, reloads, and the last good configuration as the net. */
import type { Logger } from "#observe/contract.ts";
import { createMetricsRegistry } from "#observe/metrics.ts";
import type { Corefile } from "../corefile/contract.ts";
import type { CorefileReading, CorefileSource } from "../corefile/source.ts";
import type { LastGoodCorefile } from "./last-good.ts";
import type { ListenerOptions, ServerListener } from "./listeners.ts";
import { createReloadMetrics, type ReloadMetrics } from "./reload-metrics.ts";
import { DnsServer, type DnsServerOptions } from "./server.ts";

export interface DnsDaemonOptions
  extends ListenerOptions,
    Pick<DnsServerOptions, "clusterState" | "hosts"> {
  readonly source: CorefileSource;
  /** Absent: a Corefile that cannot be served ends the start. */
  readonly lastGood?: LastGoodCorefile;
  readonly logger: Logger;
  /** Aborts when the process is to end, which may be before the start is over. */
  readonly stopping: AbortSignal;
}

/**
 * Reads the Corefile and serves it, or, where that is impossible, the last good one, loudly.
 * @throws what is wrong with the Corefile or keeps it from being served
 */
export async function startDnsDaemon(options: DnsDaemonOptions): Promise<DnsDaemon> {
  const { source, lastGood, logger } = options;
  const reading = source.read();
  try {
    return await DnsDaemon.start(corefileOf(reading), { ...options, sha512: reading.sha512 });
  } catch (error) {
    const kept = lastGood?.load();
    if (kept === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    logger.error(
      {},
      `${source.file} cannot be served, the last good configuration (${kept.file}) is in its place: ${reason}`,
    );
    return await DnsDaemon.start(kept, { ...options, sha512: reading.sha512, isLastGood: true });
  }
}

interface Start extends DnsDaemonOptions {
  /** Of what was read from the source, whether it can be served or not. */
  readonly sha512: string;
  readonly isLastGood?: boolean;
}

export class DnsDaemon {
  readonly #options: DnsDaemonOptions;
  readonly #server: DnsServer;
  readonly #metrics: ReloadMetrics;
  /** What was tried last: a Corefile that failed is not tried again until it changes. */
  #tried: string;
  #turn: Promise<void> = Promise.resolve();
  #isStopping = false;

  static async start(corefile: Corefile, options: Start): Promise<DnsDaemon> {
    const daemon = new DnsDaemon(corefile, options);
    await daemon.#server.start();
    if (options.isLastGood === true) daemon.#metrics.servesLastGood.set(1);
    else daemon.#inForce(corefile, options.sha512);
    return daemon;
  }

  private constructor(corefile: Corefile, options: Start) {
    const metrics = createMetricsRegistry();
    this.#options = options;
    this.#tried = options.sha512;
    this.#metrics = createReloadMetrics(metrics);
    this.#server = new DnsServer({
      ...options,
      corefile,
      metrics,
      refresh: () => this.#inTurn(() => this.#refresh()),
    });
  }

  get listeners(): readonly ServerListener[] {
    return this.#server.listeners;
  }

  /** Puts the Corefile in force as it is now, changed or not. Never rejects: a failure is logged and counted. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#apply(this.#options.source.read()));
  }

  /** Lets lameduck pass, answers what is in hand, and closes. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#server.stop();
  }

  async #refresh(): Promise<void> {
    const reading = this.#options.source.read();
    if (reading.sha512 !== this.#tried) await this.#apply(reading);
  }

  async #apply(reading: CorefileReading): Promise<void> {
    const { logger, source } = this.#options;
    if (this.#isStopping) return;
    this.#tried = reading.sha512;
    logger.info({}, `reloading ${source.file}`);
    try {
      const corefile = corefileOf(reading);
      await this.#server.reload(corefile);
      this.#inForce(corefile, reading.sha512);
      logger.info({}, "reloading complete");
    } catch (error) {
      this.#metrics.failed.inc();
      const reason = error instanceof Error ? error.message : String(error);
      logger.error({}, `reload failed, the former configuration stays in force: ${reason}`);
    }
  }

  #inForce(corefile: Corefile, sha512: string): void {
    const { logger, lastGood } = this.#options;
    logger.info({}, `running configuration SHA512 = ${sha512}`);
    this.#metrics.setRunning(sha512);
    this.#metrics.servesLastGood.set(0);
    lastGood?.save(corefile);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }
}

function corefileOf(reading: CorefileReading): Corefile {
  if ("error" in reading) throw reading.error;
  return reading.corefile;
}
