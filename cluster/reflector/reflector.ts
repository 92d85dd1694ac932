import { ApiRequestError } from "../api/errors.ts";
import type { Kind } from "../contract.ts";
import { Backoff } from "./backoff.ts";
import type { ReflectorContext } from "./context.ts";
import type { InitialSet, InitialSync } from "./initial-sync.ts";
import type { RelistReason } from "./metrics.ts";
import { Progress, reasonOf } from "./progress.ts";
import { askPosition } from "./server-position.ts";
import { openWatch, type WatchStream } from "./watch-stream.ts";

/** A watch that ends sooner and brings nothing counts as a failure, lest it be opened in a busy loop. */
const VERY_SHORT_MS = 1000;

/** Keeps one kind of the state equal to the API server's, by a list and then by watches from its version on. */
export class Reflector<K extends Kind> {
  readonly #context: ReflectorContext<K>;
  readonly #initialSync: InitialSync;
  readonly #progress: Progress<K>;
  readonly #backoff: Backoff;
  #auditDueMs = 0;

  constructor(context: ReflectorContext<K>, initialSync: InitialSync) {
    this.#context = context;
    this.#initialSync = initialSync;
    this.#progress = new Progress(context);
    this.#backoff = new Backoff(context.clock, context.random);
  }

  /** Works until the signal aborts; every failure is logged, put off and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const opened = await this.#orPause(() => this.#synchronise(signal), signal);
      if (opened === "missing") {
        await this.#context.clock.sleep(this.#context.timing.missingIntervalMs, signal);
      } else if (opened !== "failed") await this.#watchUntilStale(opened, signal);
    }
  }

  async #synchronise(signal: AbortSignal): Promise<WatchStream<K> | "missing" | undefined> {
    const { clock, kind, logger, random, timing, writer } = this.#context;
    const initial = await this.#fetchUnlessMissing(signal);
    if (initial === "missing") {
      this.#progress.replace({ objects: [], resourceVersion: "0" });
      logger.debug({ kind }, "the API server has no such resource");
      return initial;
    }
    this.#progress.replace(initial);
    this.#auditDueMs = clock.nowMs() + timing.auditIntervalMs * (1 + random());
    const { size: objects } = writer.held(kind);
    logger.debug({ kind, objects, resourceVersion: initial.resourceVersion }, "listed");
    return initial.watch;
  }

  async #fetchUnlessMissing(signal: AbortSignal): Promise<InitialSet<K> | "missing"> {
    try {
      return await this.#fetchAll(signal);
    } catch (error) {
      const isMissing = error instanceof ApiRequestError && error.status?.code === 404;
      if (isMissing && this.#context.selection.mayBeMissing) return "missing";
      throw error;
    }
  }

  /** A version that the server refuses is given up for whatever is the newest, at once and only once. */
  async #fetchAll(signal: AbortSignal): Promise<InitialSet<K>> {
    const { resourceVersion } = this.#progress;
    try {
      return await this.#initialSync(this.#context, resourceVersion, signal);
    } catch (error) {
      const reason = error instanceof ApiRequestError && reasonOf(error.status);
      if (!reason || resourceVersion === "") throw error;
      this.#context.metrics.relists[reason]++;
      this.#progress.forgetVersion();
      return this.#initialSync(this.#context, "", signal);
    }
  }

  /** Watch after watch, from where the last one came to, until only a new list can help. */
  async #watchUntilStale(opened: WatchStream<K> | undefined, signal: AbortSignal): Promise<void> {
    let reason = await this.#watchOnce(signal, opened);
    while (reason === undefined && !signal.aborted) {
      const suspicion = await this.#orPause(() => this.#suspect(signal), signal);
      if (suspicion !== "failed") reason = suspicion ?? (await this.#watchOnce(signal));
    }
    if (reason === undefined) return;
    const { clock, kind, logger, metrics } = this.#context;
    const { resourceVersion } = this.#progress;
    metrics.relists[reason]++;
    logger.info({ kind, reason, resourceVersion }, "listing again");
    if (reason === "ahead_of_server") this.#progress.forgetVersion();
    await clock.sleep(this.#backoff.next(), signal);
  }

  /** Between two watches: whether the state can be the server's. */
  async #suspect(signal: AbortSignal): Promise<RelistReason | undefined> {
    if (this.#context.clock.nowMs() >= this.#auditDueMs) return "audit";
    return this.#progress.compare(await askPosition(this.#context, signal));
  }

  async #watchOnce(
    signal: AbortSignal,
    opened?: WatchStream<K>,
  ): Promise<RelistReason | undefined> {
    const { clock, metrics } = this.#context;
    const startedMs = clock.nowMs();
    const eventsBefore = metrics.events;
    try {
      const start = { resourceVersion: this.#progress.resourceVersion };
      const stream = opened ?? (await openWatch(this.#context, start, signal));
      for await (const batch of stream) {
        const reason = this.#progress.take(batch);
        if (reason !== undefined) return reason;
      }
      if (metrics.events === eventsBefore && clock.nowMs() - startedMs < VERY_SHORT_MS) {
        throw new Error("the watch ended at once and brought no event");
      }
    } catch (error) {
      const isRefused = error instanceof ApiRequestError;
      const reason = isRefused ? reasonOf(error.status) : undefined;
      if (reason !== undefined) return reason;
      if (!isRefused) metrics.interruptions++;
      const wasFruitful =
        metrics.events > eventsBefore || clock.nowMs() - startedMs >= VERY_SHORT_MS;
      if (isRefused || !wasFruitful) await this.#pause(error, signal);
    }
    return undefined;
  }

  async #orPause<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T | "failed"> {
    try {
      return await attempt();
    } catch (error) {
      await this.#pause(error, signal);
      return "failed";
    }
  }

  /** Backoff, or the server's own Retry-After where that is longer. */
  async #pause(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { clock, kind, logger, metrics } = this.#context;
    metrics.failures++;
    const retryAfterMs = error instanceof ApiRequestError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(this.#backoff.next(), retryAfterMs);
    const message = error instanceof Error ? error.message : String(error);
    logger.warn({ kind, retryInMs: Math.round(delayMs) }, message);
    await clock.sleep(delayMs, signal);
  }
}
