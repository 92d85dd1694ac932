/** What happens to the replies of the plugins behind the cache: judged, given one TTL, kept. */
import type { Query } from "../../contract.ts";
import type { Message } from "../../wire/contract.ts";
import { answersQuestion } from "./answers-question.ts";
import {
  cacheOf,
  isCacheable,
  isReplyTo,
  kindAsWritten,
  kindOf,
  lifetimeSeconds,
} from "./classify.ts";
import type { CacheClock, CacheOptions } from "./contract.ts";
import { CacheItem, wantsAuthenticData, withTtl } from "./item.ts";
import type { CacheCounts } from "./metrics.ts";
import type { CacheStore } from "./store.ts";

export interface Taken {
  /** The reply as the client gets it. */
  readonly response: Message;
  /** Absent: it is not kept. */
  readonly item?: CacheItem;
}

export class Intake {
  readonly #options: CacheOptions;
  readonly #store: CacheStore;
  readonly #clock: CacheClock;

  constructor(options: CacheOptions, store: CacheStore, clock: CacheClock) {
    this.#options = options;
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Keeps a reply if it may be kept. Its records get one TTL, kept or not, so that clients see no jump between the
   * first answer and those from the cache.
   *
   * @param background for nobody who waits
   */
  take(query: Query, reply: Message, counts: CacheCounts, background: boolean): Taken {
    const kind = kindOf(reply, this.#clock.unixSeconds());
    const ttlSeconds = lifetimeSeconds(kind, reply, this.#options);
    const settled = withTtl(reply, ttlSeconds);
    const { flags } = settled;
    const authenticData = flags.authenticData && wantsAuthenticData(query);
    const response = { ...settled, flags: { ...flags, authenticData } };
    if (!isCacheable(kind, reply) || ttlSeconds === 0) return { response };
    if (!isReplyTo(query.question, reply)) {
      counts.drops++;
      return { response };
    }
    const nowMs = this.#clock.monotonicMs();
    const item = new CacheItem(cacheOf(kind), query, settled, nowMs, ttlSeconds);
    const { stored, evicted } = this.#store.put(item, nowMs, background);
    if (evicted) counts.evictions[item.kind]++;
    return stored ? { response, item } : { response };
  }

  /**
   * The same for a reply that is to take the place of a message that has expired; undefined when it cannot (RFC 8767
   * §4), and the expired one is to be given. Under prefer_positive such a reply is kept all the same.
   */
  replace(
    query: Query,
    reply: Message,
    counts: CacheCounts,
    background: boolean,
  ): Taken | undefined {
    if (reply.flags.truncated || !isReplyTo(query.question, reply)) return undefined;
    if (this.#refreshes(reply)) return this.take(query, reply, counts, background);
    if (this.#options.preferPositive) this.take(query, reply, counts, true);
    return undefined;
  }

  #refreshes(reply: Message): boolean {
    const unixSeconds = this.#clock.unixSeconds();
    if (this.#options.preferPositive)
      return kindOf(reply, unixSeconds) === "answer" && answersQuestion(reply);
    const kind = kindAsWritten(reply, unixSeconds);
    return kind !== "other" && kind !== "failure";
  }
}
