/** How popular a cached message is: what decides whether it is fetched anew before it expires. */

export interface Popularity {
  /** Queries for it since the last gap; below 0 while it is being fetched anew. */
  readonly hits: number;
  /** When the last one came, in seconds of the monotonic clock. */
  readonly lastSeconds: number;
}

/** Nobody has asked yet. */
export const UNSEEN: Popularity = { hits: 0, lastSeconds: 0 };
/** So far below 0 that no number of queries leads to a second fetch. */
export const BEING_FETCHED = -0x4000_0000;

const MAX_HITS = 0x3fff_ffff;

/** When a popular message is fetched anew. Plain data, so that it crosses to a thread. */
export interface PrefetchRule {
  /** Queries that make a message popular. */
  readonly hits: number;
  /** A longer time than this without a query, in seconds, and it has to become popular again. */
  readonly gapSeconds: number;
  /** With at most this share of its TTL left it is fetched. */
  readonly percent: number;
}

/** The number of hits with one more query. Hot: allocates nothing. */
export function hitsWithOneMore(
  hits: number,
  lastSeconds: number,
  nowSeconds: number,
  gapSeconds: number,
): number {
  if (nowSeconds - lastSeconds > gapSeconds) return 1;
  return hits < MAX_HITS ? hits + 1 : hits;
}

/** Whether a message asked that often is to be fetched anew with `left` of its TTL to go; the threshold is rounded up. */
export function isDueForPrefetch(
  rule: PrefetchRule,
  hits: number,
  leftSeconds: number,
  ttlSeconds: number,
): boolean {
  return hits >= rule.hits && (leftSeconds - 1) * 100 < ttlSeconds * rule.percent;
}
