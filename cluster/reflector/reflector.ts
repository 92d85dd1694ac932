import { ApiRequestError, type ApiStatus } from "../api/errors.ts";
import { isExpired, isTooLargeResourceVersion } from "../api/status.ts";
import type { Kind, SlimEvent, StateWriter } from "../contract.ts";
import { Backoff } from "./backoff.ts";
import type { ReflectorContext } from "./context.ts";
import type { InitialSet, InitialSync } from "./initial-sync.ts";
import type { RelistReason } from "./metrics.ts";
import { openWatch, type WatchBatch, type WatchStream } from "./watch-stream.ts";

/** A watch that ends sooner and brings nothing counts as a failure, lest it be opened in a busy loop. */
const VERY_SHORT_MS = 1000;

/** Keeps one kind of the state equal to the API server's, by a list and then by watches from its version on. */
export class Reflector<K extends Kind> {
  readonly #context: ReflectorContext<K>;
  readonly #initialSync: InitialSync;
  readonly #writer: StateWriter;
  readonly #backoff: Backoff;
  /** Up to where the state follows the server: "0" before the first list, "" when that version is of no use. */
  #resourceVersion = "0";

  constructor(context: ReflectorContext<K>, initialSync: InitialSync, writer: StateWriter) {
    this.#context = context;
    this.#initialSync = initialSync;
    this.#writer = writer;
    this.#backoff = new Backoff(context.clock, context.random);
  }

  /** Works until the signal aborts; every failure is logged, put off and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#watchUntilStale(await this.#synchronise(signal), signal);
      } catch (error) {
        await this.#pause(error, signal);
      }
    }
  }

  async #synchronise(signal: AbortSignal): Promise<WatchStream<K> | undefined> {
    const { kind, logger } = this.#context;
    const initial = await this.#fetchAll(signal);
    this.#writer.replace(kind, initial.objects);
    this.#advance(initial.resourceVersion);
    const { length: objects } = initial.objects;
    logger.debug({ kind, objects, resourceVersion: initial.resourceVersion }, "listed");
    return initial.watch;
  }

  /** A version that the server refuses is given up for whatever is the newest, at once and only once. */
  async #fetchAll(signal: AbortSignal): Promise<InitialSet<K>> {
    try {
      return await this.#initialSync(this.#context, this.#resourceVersion, signal);
    } catch (error) {
      const reason = error instanceof ApiRequestError && relistReason(error.status);
      if (!reason || this.#resourceVersion === "") throw error;
      this.#context.metrics.relists[reason]++;
      this.#resourceVersion = "";
      return this.#initialSync(this.#context, "", signal);
    }
  }

  /** Watch after watch, from where the last one came to, until only a new list can help. */
  async #watchUntilStale(opened: WatchStream<K> | undefined, signal: AbortSignal): Promise<void> {
    let reason = await this.#watchOnce(signal, opened);
    while (reason === undefined && !signal.aborted) reason = await this.#watchOnce(signal);
    if (reason === undefined) return;
    const { clock, kind, logger, metrics } = this.#context;
    metrics.relists[reason]++;
    logger.info({ kind, reason, resourceVersion: this.#resourceVersion }, "listing again");
    await clock.sleep(this.#backoff.next(), signal);
  }

  async #watchOnce(
    signal: AbortSignal,
    opened?: WatchStream<K>,
  ): Promise<RelistReason | undefined> {
    const { clock, metrics } = this.#context;
    const startedMs = clock.nowMs();
    const eventsBefore = metrics.events;
    try {
      const start = { resourceVersion: this.#resourceVersion };
      const stream = opened ?? (await openWatch(this.#context, start, signal));
      for await (const batch of stream) {
        const reason = this.#take(batch);
        if (reason !== undefined) return reason;
      }
      if (metrics.events === eventsBefore && clock.nowMs() - startedMs < VERY_SHORT_MS) {
        throw new Error("the watch ended at once and brought no event");
      }
    } catch (error) {
      const reason = error instanceof ApiRequestError ? relistReason(error.status) : undefined;
      if (reason !== undefined) return reason;
      const wasFruitful =
        metrics.events > eventsBefore || clock.nowMs() - startedMs >= VERY_SHORT_MS;
      const isRefused = error instanceof ApiRequestError;
      if (isRefused || !wasFruitful) await this.#pause(error, signal);
    }
    return undefined;
  }

  /** Applies all that one chunk brought as one batch. Says why to list again, if that is so. */
  #take({ events, unreadable }: WatchBatch<K>): RelistReason | undefined {
    const { clock, kind, logger, metrics } = this.#context;
    const changes: SlimEvent<K>[] = [];
    let resourceVersion = "";
    let failure: ApiStatus | undefined;
    for (const event of events) {
      if (event.type === "error") {
        failure = event.status;
        break;
      }
      if (event.type === "change") changes.push(event.change);
      if (event.type === "bookmark") metrics.bookmarks++;
      if (event.resourceVersion !== "") resourceVersion = event.resourceVersion;
    }
    metrics.events += changes.length;
    if (changes.length > 0) this.#writer.apply(kind, changes);
    const nowMs = clock.nowMs();
    if (changes.length > 0) metrics.lastEventMs = nowMs;
    if (events.some((event) => event.type === "bookmark")) metrics.lastBookmarkMs = nowMs;
    if (resourceVersion !== "") this.#advance(resourceVersion);
    if (failure !== undefined) {
      logger.info({ kind, status: failure }, "the API server ended the watch");
      return relistReason(failure) ?? "error_event";
    }
    if (unreadable === undefined) return undefined;
    logger.error({ kind, code: unreadable.code }, unreadable.message);
    return "unreadable";
  }

  #advance(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#context.metrics.resourceVersion = resourceVersion;
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

function relistReason(status: ApiStatus | undefined): RelistReason | undefined {
  if (status === undefined) return undefined;
  if (isExpired(status)) return "expired";
  return isTooLargeResourceVersion(status) ? "ahead_of_server" : undefined;
}
