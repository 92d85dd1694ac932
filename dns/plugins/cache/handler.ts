import { hitsWithOneMore, isDueForPrefetch } from "../../answers/popularity.ts";
import type { Handler, Next, Query, Verdict } from "../../contract.ts";
import { RecordClass } from "../../wire/constants.ts";
import { isWithin } from "../zones.ts";
import type { CacheClock, CacheOptions } from "./contract.ts";
import { type CacheItem, mapKeyOf, replyFrom } from "./item.ts";
import type { CacheCounts } from "./metrics.ts";
import type { Fetch, Refresher } from "./refresher.ts";
import type { CacheStore } from "./store.ts";

const NAME = "cache";

export interface CacheHandlerParts {
  readonly options: CacheOptions;
  readonly store: CacheStore;
  readonly refresher: Refresher;
  readonly clock: CacheClock;
  /** Whether a plugin behind this one has a compiled answer for the name, which is fresher than what is kept. */
  isCompiled(name: string): boolean;
  countsOf(server: string): CacheCounts;
}

/** Answers from what is kept, and keeps what the plugins behind it answer. */
export class CacheHandler implements Handler {
  readonly #parts: CacheHandlerParts;

  constructor(parts: CacheHandlerParts) {
    this.#parts = parts;
  }

  async serve(query: Query, next: Next): Promise<Verdict> {
    const { options, store, refresher, clock, isCompiled, countsOf } = this.#parts;
    const { name, class: queryClass } = query.question;
    if (queryClass !== RecordClass.IN || !isWithin(name, options.zones) || isCompiled(name))
      return next(query);
    const counts = countsOf(query.server);
    const fetch = { query, next, counts };
    counts.requests++;
    const nowMs = clock.monotonicMs();
    const item = store.find(mapKeyOf(query), nowMs);
    if (item === undefined) {
      counts.misses++;
      return refresher.fetch(fetch);
    }
    counts.hits[item.kind]++;
    const left = item.left(nowMs);
    if (left <= 0) return this.#serveStale(item, fetch);
    this.#prefetchIfDue(item, left, Math.floor(nowMs / 1000), fetch);
    return replied(item, query, options.keepTtl ? item.ttlSeconds : left);
  }

  #prefetchIfDue(item: CacheItem, left: number, nowSeconds: number, fetch: Fetch): void {
    const { options, store, refresher } = this.#parts;
    const { prefetch: rule } = options;
    if (rule === undefined) return;
    const { publication } = store;
    const before = publication.popularity(item);
    const hits = hitsWithOneMore(before.hits, before.lastSeconds, nowSeconds, rule.gapSeconds);
    publication.setPopularity(item, { hits, lastSeconds: nowSeconds });
    if (isDueForPrefetch(rule, hits, left, item.ttlSeconds)) refresher.prefetch(item, fetch);
  }

  async #serveStale(item: CacheItem, fetch: Fetch): Promise<Verdict> {
    const { options, refresher } = this.#parts;
    const { stale, keepTtl } = options;
    if (stale.verify) {
      const fresh = await refresher.verify(item, fetch);
      if (fresh !== undefined) return fresh;
    } else {
      refresher.refresh(item, fetch);
    }
    fetch.counts.servedStale++;
    const ttlSeconds = stale.ttlSeconds > 0 ? stale.ttlSeconds : keepTtl ? item.ttlSeconds : 0;
    return replied(item, fetch.query, ttlSeconds);
  }
}

function replied(item: CacheItem, query: Query, ttlSeconds: number): Verdict {
  return { kind: "replied", response: replyFrom(item, query, ttlSeconds), plugin: NAME };
}
