import type { Kind } from "../contract.ts";

/**
 * Why a kind was listed again: its resource version is no longer kept (410), the server is behind it, an ERROR event
 * of another sort, a line of the watch that is no JSON, an event older than one before it, another number of objects
 * than the server's, or nothing but the time that has passed.
 */
export type RelistReason =
  | "expired"
  | "ahead_of_server"
  | "error_event"
  | "unreadable"
  | "backwards"
  | "miscounted"
  | "audit";

/** Running totals of one reflector, written by it alone and read when metrics are scraped. */
export interface ReflectorMetrics {
  readonly kind: Kind;
  /** Requests for a whole list, their further pages not counted. */
  lists: number;
  watches: number;
  events: number;
  bookmarks: number;
  /** Questions to the server where it is. */
  checks: number;
  /** Of lists and watches, uncompressed. */
  bytes: number;
  /** Watches that broke off, or were silent for too long. */
  interruptions: number;
  /** Attempts that failed and were put off. */
  failures: number;
  /** Objects that could not be decoded and were left as they were. */
  undecodable: number;
  /** Lines of a watch that were no JSON, or were cut off by its end. */
  unreadableLines: number;
  readonly relists: Record<RelistReason, number>;
  /** Milliseconds of the source's clock; 0 before the first. */
  lastListMs: number;
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
    checks: 0,
    events: 0,
    bookmarks: 0,
    bytes: 0,
    interruptions: 0,
    failures: 0,
    undecodable: 0,
    unreadableLines: 0,
    relists: {
      expired: 0,
      ahead_of_server: 0,
      error_event: 0,
      unreadable: 0,
      backwards: 0,
      miscounted: 0,
      audit: 0,
    },
    lastListMs: 0,
    lastEventMs: 0,
    lastBookmarkMs: 0,
    resourceVersion: "",
  };
}
