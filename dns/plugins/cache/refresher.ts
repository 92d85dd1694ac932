/** Asks the plugins behind the cache: the first time, behind the client's back, or while it waits. */
import type { Logger } from "#observe/contract.ts";
import { BEING_FETCHED } from "../../answers/popularity.ts";
import type { Next, Query, Verdict } from "../../contract.ts";
import type { Message } from "../../wire/contract.ts";
import type { CacheClock, CacheOptions } from "./contract.ts";
import type { Intake, Taken } from "./intake.ts";
import { type CacheItem, replyFrom } from "./item.ts";
import type { CacheCounts } from "./metrics.ts";
import type { Publication } from "./publication.ts";

export interface RefresherParts {
  readonly options: CacheOptions;
  readonly intake: Intake;
  readonly publication: Publication;
  readonly clock: CacheClock;
  readonly logger: Logger;
  /** Whether that plugin's replies are always fresh, and neither kept nor changed. */
  isAlwaysFresh(plugin: string): boolean;
}

/** A query that leads to the plugins behind the cache. */
export interface Fetch {
  readonly query: Query;
  readonly next: Next;
  readonly counts: CacheCounts;
}

const AT_ONCE = Number.NEGATIVE_INFINITY;

export class Refresher {
  readonly #parts: RefresherParts;

  constructor(parts: RefresherParts) {
    this.#parts = parts;
  }

  /** For a client whose query nothing that is kept answers. */
  async fetch({ query, next, counts }: Fetch): Promise<Verdict> {
    const verdict = await next(withAuthenticData(query));
    const reply = this.#replyIn(verdict);
    if (reply === undefined) return verdict;
    const { response } = this.#parts.intake.take(query, reply, counts, false);
    return { kind: "replied", response, plugin: verdict.plugin };
  }

  /** Fetches a message anew before it expires, in the background. No-op while that is under way. */
  prefetch(item: CacheItem, fetch: Fetch): void {
    const { query, counts } = fetch;
    const { intake } = this.#parts;
    void this.#inBackground(item, fetch, 0, (reply) => intake.take(query, reply, counts, true));
  }

  /** Fetches an expired message anew, in the background. No-op while that is under way, or has just failed. */
  refresh(item: CacheItem, fetch: Fetch): void {
    const { query, counts } = fetch;
    const { intake, options } = this.#parts;
    const { recheckMs } = options.stale;
    const accept = (reply: Message) => intake.replace(query, reply, counts, true);
    void this.#inBackground(item, fetch, recheckMs, accept);
  }

  /** Fetches an expired message anew while the client waits; undefined when it is to get the expired one. */
  async verify(item: CacheItem, fetch: Fetch): Promise<Verdict | undefined> {
    const { clock, options } = this.#parts;
    const { recheckMs, verifyTimeoutMs } = options.stale;
    if (recheckMs > 0 && !item.beginFetch(clock.monotonicMs())) return undefined;
    const verdict = this.#verifying(fetch).then(
      (fresh) => {
        if (recheckMs > 0) item.endFetch(fresh === undefined ? this.#after(recheckMs) : AT_ONCE);
        return fresh;
      },
      (error: unknown) => {
        item.endFetch(this.#after(recheckMs));
        throw error;
      },
    );
    return verifyTimeoutMs === 0 ? verdict : withinMs(verdict, verifyTimeoutMs);
  }

  async #verifying({ query, next, counts }: Fetch): Promise<Verdict | undefined> {
    const { intake, options } = this.#parts;
    // A client that may be gone by then does not count as waiting.
    const background = options.stale.verifyTimeoutMs > 0;
    const verdict = await next(withAuthenticData(query));
    const reply = this.#replyIn(verdict);
    if (reply === undefined) return undefined;
    const taken = intake.replace(query, reply, counts, background);
    if (taken === undefined) return undefined;
    const { item, response } = taken;
    return {
      kind: "replied",
      plugin: verdict.plugin,
      response:
        background && item !== undefined ? replyFrom(item, query, item.ttlSeconds) : response,
    };
  }

  async #inBackground(
    item: CacheItem,
    { query, next, counts }: Fetch,
    recheckMs: number,
    accept: (reply: Message) => Taken | undefined,
  ): Promise<void> {
    const { clock, logger, publication } = this.#parts;
    if (!item.beginFetch(clock.monotonicMs())) return;
    counts.prefetches++;
    const { hits } = publication.popularity(item);
    const lastSeconds = Math.floor(clock.monotonicMs() / 1000);
    // Meanwhile the workers need not leave it to the plugin.
    publication.setPopularity(item, { hits: BEING_FETCHED, lastSeconds });
    let taken: Taken | undefined;
    try {
      const reply = this.#replyIn(await next(forNobody(query)));
      if (reply !== undefined) taken = accept(reply);
    } catch (error) {
      logger.error({ error: String(error) }, `cache: '${query.question.name}' not fetched anew`);
    }
    for (const kept of [item, taken?.item]) {
      if (kept !== undefined) publication.setPopularity(kept, { hits, lastSeconds });
    }
    item.endFetch(taken === undefined ? this.#after(recheckMs) : AT_ONCE);
  }

  #replyIn(verdict: Verdict): Message | undefined {
    if (verdict.kind !== "replied" || this.#parts.isAlwaysFresh(verdict.plugin)) return undefined;
    return verdict.response;
  }

  #after(ms: number): number {
    return this.#parts.clock.monotonicMs() + ms;
  }
}

/** What is kept must serve those who want to know of authentic data as well. */
function withAuthenticData(query: Query): Query {
  const { message } = query;
  return {
    ...query,
    message: { ...message, flags: { ...message.flags, authenticData: true } },
  };
}

/** Over TCP: no answer needs to be cut for a client that is not there. */
const forNobody = (query: Query): Query => ({ ...withAuthenticData(query), transport: "tcp" });

/** Undefined when the promise takes longer; it goes on all the same. */
async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
