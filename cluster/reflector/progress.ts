import type { ApiStatus } from "../api/errors.ts";
import { isExpired, isTooLargeResourceVersion } from "../api/status.ts";
import type { Kind } from "../contract.ts";
import type { ReflectorContext } from "./context.ts";
import { digestEvents } from "./digest.ts";
import type { Listing } from "./list.ts";
import type { RelistReason } from "./metrics.ts";
import type { ServerPosition } from "./server-position.ts";
import { compareVersions } from "./versions.ts";
import type { WatchEvent } from "./watch-events.ts";
import type { WatchBatch } from "./watch-stream.ts";

/** How far one kind of the state follows the server: applies lists and events, and finds what does not fit. */
export class Progress<K extends Kind> {
  readonly #context: ReflectorContext<K>;
  #resourceVersion = "0";
  /** How many objects the server says there are at a version that is not reached yet. */
  #expected: { readonly resourceVersion: string; readonly count: number } | undefined;

  constructor(context: ReflectorContext<K>) {
    this.#context = context;
  }

  /** "0" before the first list, "" when the last known one is of no use. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** The server does not know the version that was come to. */
  forgetVersion(): void {
    this.#resourceVersion = "";
  }

  /** Makes the list the whole content of the kind. */
  replace({ objects, resourceVersion }: Listing<K>): void {
    const { clock, kind, metrics, writer } = this.#context;
    writer.replace(kind, objects);
    writer.vouch(kind);
    metrics.lastListMs = clock.nowMs();
    this.#expected = undefined;
    this.#advance(resourceVersion);
  }

  /**
   * Holds the state against where the server is. One that was set back to an older time may accept a watch from what
   * is its future and never send anything; where events were lost, the number of objects is another.
   */
  compare({ resourceVersion, count }: ServerPosition): RelistReason | undefined {
    const order = compareVersions(resourceVersion, this.#resourceVersion);
    if (order === undefined) return undefined;
    if (order < 0) return "ahead_of_server";
    // Objects that cannot be decoded are not held.
    const isCountable = count !== undefined && this.#context.metrics.undecodable === 0;
    this.#expected = isCountable ? { resourceVersion, count } : undefined;
    return order === 0 ? this.#judgeCount() : undefined;
  }

  /** Takes what one chunk of a watch brought. Says why to list again, if that is so. */
  take({ events, unreadable }: WatchBatch<K>): RelistReason | undefined {
    const split = this.#firstBeyondExpected(events);
    const reason =
      this.#apply(events.slice(0, split)) ??
      (split < events.length ? this.#judgeCount() : undefined) ??
      this.#apply(events.slice(split));
    if (reason !== undefined) return reason;
    if (unreadable !== undefined) {
      const { kind, logger } = this.#context;
      logger.error({ kind, code: unreadable.code }, unreadable.message);
      return "unreadable";
    }
    const isReached = this.#expected?.resourceVersion === this.#resourceVersion;
    return isReached ? this.#judgeCount() : undefined;
  }

  /** Index of the first event that is newer than the version at which the objects are to be counted. */
  #firstBeyondExpected(events: readonly WatchEvent<K>[]): number {
    const expected = this.#expected;
    if (expected === undefined) return events.length;
    const index = events.findIndex((event) => {
      if (event.type === "error") return false;
      return (compareVersions(event.resourceVersion, expected.resourceVersion) ?? 0) > 0;
    });
    return index < 0 ? events.length : index;
  }

  /** Applies events as one batch. */
  #apply(events: readonly WatchEvent<K>[]): RelistReason | undefined {
    if (events.length === 0) return undefined;
    const { clock, kind, logger, metrics, writer } = this.#context;
    const digest = digestEvents(events, this.#resourceVersion);
    const { changes, bookmarks, failure } = digest;
    if (changes.length > 0) {
      writer.apply(kind, changes);
      metrics.events += changes.length;
      metrics.lastEventMs = clock.nowMs();
    }
    if (bookmarks > 0) {
      metrics.bookmarks += bookmarks;
      metrics.lastBookmarkMs = clock.nowMs();
    }
    if (changes.length + bookmarks > 0) writer.vouch(kind);
    this.#advance(digest.resourceVersion);
    if (digest.goesBackwards) return "backwards";
    if (failure === undefined) return undefined;
    logger.info({ kind, status: failure }, "the API server ended the watch");
    return reasonOf(failure) ?? "error_event";
  }

  /** To be called when the state is at the expected version. */
  #judgeCount(): RelistReason | undefined {
    const expected = this.#expected;
    this.#expected = undefined;
    if (expected === undefined) return undefined;
    const { kind, writer } = this.#context;
    return writer.held(kind).size === expected.count ? undefined : "miscounted";
  }

  #advance(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#context.metrics.resourceVersion = resourceVersion;
  }
}

/** What a refusal says about the version that was asked for. */
export function reasonOf(status: ApiStatus | undefined): RelistReason | undefined {
  if (status === undefined) return undefined;
  if (isExpired(status)) return "expired";
  return isTooLargeResourceVersion(status) ? "ahead_of_server" : undefined;
}
