/** What the parts of the cache plugin agree on. Types only. */
import type { PrefetchRule } from "../../answers/popularity.ts";

/** One of the two caches: answers, or denials and failures. */
export interface CacheLimits {
  /** Messages, at most. */
  readonly capacity: number;
  /** Longer TTLs count as this. */
  readonly maxTtlSeconds: number;
  /** Shorter TTLs count as this. */
  readonly minTtlSeconds: number;
  /** Names at or below these are not kept. */
  readonly except: readonly string[];
}

export interface StaleOptions {
  /** How long behind its end a message may still be given; 0: not at all. */
  readonly maxAgeSeconds: number;
  /** Ask anew before giving an expired message, rather than after. */
  readonly verify: boolean;
  /** How long to wait for the new answer; 0: as long as it takes. */
  readonly verifyTimeoutMs: number;
  /** TTL of expired messages as they are given. */
  readonly ttlSeconds: number;
  /** After a failure to fetch a message anew, how long until it is tried again. */
  readonly recheckMs: number;
}

export interface CacheOptions {
  /** Whose names are kept; lower case with trailing dot. */
  readonly zones: readonly string[];
  readonly success: CacheLimits;
  readonly denial: CacheLimits;
  /** How long SERVFAIL and NOTIMP are kept; 0: not at all. */
  readonly failureTtlSeconds: number;
  readonly prefetch?: PrefetchRule;
  readonly stale: StaleOptions;
  /** An answer that answers the question goes before a denial, even when it has expired. */
  readonly preferPositive: boolean;
  /** Replies show the TTL that was stored, in place of what is left of it. */
  readonly keepTtl: boolean;
}

export type CacheKind = "success" | "denial";

/** The clock that TTLs count down by; it never goes back. */
export interface CacheClock {
  /** In whole milliseconds. */
  monotonicMs(): number;
  /** Unix time in seconds: signatures are valid by it. */
  unixSeconds(): number;
}
