/** The two caches, and which of their messages is the one to give. */
import { LRUCache } from "lru-cache";
import { Rcode } from "../../wire/constants.ts";
import { isWithin } from "../zones.ts";
import type { CacheKind, CacheOptions } from "./contract.ts";
import type { CacheItem } from "./item.ts";
import { Publication } from "./publication.ts";

export interface PutOutcome {
  /** False for names that are not to be kept. */
  readonly stored: boolean;
  /** Whether another message had to go for it. */
  readonly evicted: boolean;
}

export class CacheStore {
  readonly publication = new Publication();
  readonly #options: CacheOptions;
  readonly #success: LRUCache<string, CacheItem>;
  readonly #denial: LRUCache<string, CacheItem>;
  #evicted = false;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#success = this.#createCache(options.success.capacity);
    this.#denial = this.#createCache(options.denial.capacity);
  }

  size(kind: CacheKind): number {
    return this.#cacheOf(kind).size;
  }

  /**
   * The message to give, be it one that has expired and may still be given. A live denial goes before an answer, but
   * a failure, which may be over, goes behind one.
   */
  find(mapKey: string, nowMs: number): CacheItem | undefined {
    const found = this.#choose(mapKey, nowMs);
    this.#settle(mapKey, found, nowMs);
    return found;
  }

  /** @param background for nobody who waits: an answer that was fetched so is newer than a denial */
  put(item: CacheItem, nowMs: number, background: boolean): PutOutcome {
    const { kind, mapKey } = item;
    if (isWithin(item.name, this.#options[kind].except)) return { stored: false, evicted: false };
    const { preferPositive } = this.#options;
    if (kind === "success" && preferPositive && !item.isAnswer) {
      item.lastKnownGood = this.#success.peek(mapKey)?.answering;
    }
    this.#evicted = false;
    this.#cacheOf(kind).set(mapKey, item);
    const evicted = this.#evicted;
    const isNewest = preferPositive ? item.isAnswer : background;
    if (kind === "success" && isNewest) this.#denial.delete(mapKey);
    this.#settle(mapKey, this.#choose(mapKey, nowMs), nowMs);
    return { stored: true, evicted };
  }

  #choose(mapKey: string, nowMs: number): CacheItem | undefined {
    const { preferPositive, stale } = this.#options;
    const success = this.#usable(this.#success.get(mapKey), nowMs);
    if (preferPositive && stale.maxAgeSeconds > 0) {
      const answer = this.#usable(this.#success.peek(mapKey)?.answering, nowMs);
      if (answer !== undefined) return answer;
    }
    const denial = this.#usable(this.#denial.get(mapKey), nowMs);
    if (denial?.rcode === Rcode.SERVFAIL) return success ?? denial;
    return denial ?? success;
  }

  #usable(item: CacheItem | undefined, nowMs: number): CacheItem | undefined {
    if (item === undefined) return undefined;
    const left = item.left(nowMs);
    return left > 0 || -left < this.#options.stale.maxAgeSeconds ? item : undefined;
  }

  /** The workers get the message that is given, while it is live, and no other of its key. */
  #settle(mapKey: string, chosen: CacheItem | undefined, nowMs: number): void {
    const success = this.#success.peek(mapKey);
    for (const item of [success, success?.lastKnownGood, this.#denial.peek(mapKey)]) {
      if (item !== undefined && item !== chosen) this.publication.withdraw(item);
    }
    if (chosen !== undefined && chosen.left(nowMs) > 0) this.publication.publish(chosen);
  }

  #cacheOf(kind: CacheKind): LRUCache<string, CacheItem> {
    return kind === "success" ? this.#success : this.#denial;
  }

  #createCache(max: number): LRUCache<string, CacheItem> {
    return new LRUCache({
      max,
      dispose: (item, _key, reason) => {
        if (reason === "evict") this.#evicted = true;
        this.publication.withdraw(item);
        if (item.lastKnownGood !== undefined) this.publication.withdraw(item.lastKnownGood);
      },
    });
  }
}
