import type { Kind } from "../contract.ts";

/**
 * Why a kind was listed again: its resource version is no longer kept (410), the server is behind it, an ERROR event
 * of another sort, or a line of the watch that is no JSON.
 */
export type RelistReason = "expired" | "ahead_of_server" | "error_event" | "unreadable";

/** Running totals of one reflector, written by it alone and read when metrics are scraped. */
export interface ReflectorMetrics {
  readonly kind: Kind;
  /** Requests for a whole list, their further pages not counted. */
  lists: number;
  watches: number;
  events: number;
  bookmarks: number;
  /** Of lists and watches, as received. */
  bytes: number;
  /** Attempts that failed and were put off. */
  failures: number;
  /** Objects that could not be decoded and were left as they were. */
  undecodable: number;
  /** Lines of a watch that were no JSON, or were cut off by its end. */
  unreadableLines: number;
  readonly relists: Record<RelistReason, number>;
  /** Milliseconds since the epoch; 0 before the first. */
  lastEventMs: number;
  lastBookmarkMs: number;
  /** Up to where the state follows the server; "" before the first list. */
  resourceVersion: string;
}

export function createReflectorMetrics(kind: Kind): ReflectorMetrics {
  return {
    kind,
    lists: 0,
    watches: 0,
    events: 0,
    bookmarks: 0,
    bytes: 0,
    failures: 0,
    undecodable: 0,
    unreadableLines: 0,
    relists: { expired: 0, ahead_of_server: 0, error_event: 0, unreadable: 0 },
    lastEventMs: 0,
    lastBookmarkMs: 0,
    resourceVersion: "",
  };
}
