/** Longest wait for more changes before they are committed together. */
const MAX_WINDOW_MS = 50;

/**
 * How long to gather changes before the next commit: a lone change goes at once, a stream of them is gathered for
 * twice as long as the last commit took, so that commits never take more than a third of the time.
 */
export class CommitWindow {
  readonly #leastPeriodMs: number;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #lastDurationMs = 0;

  /** @param leastPeriodMs between one commit and the next, where somebody asks for it (minSyncPeriod) */
  constructor(leastPeriodMs = 0) {
    this.#leastPeriodMs = leastPeriodMs;
  }

  delayMs(nowMs: number): number {
    const sinceMs = nowMs - this.#lastEndMs;
    const gatherMs =
      sinceMs > MAX_WINDOW_MS ? 0 : Math.min(MAX_WINDOW_MS, 2 * this.#lastDurationMs);
    return Math.max(gatherMs, this.#leastPeriodMs - sinceMs, 0);
  }

  committed(startMs: number, endMs: number): void {
    this.#lastEndMs = endMs;
    this.#lastDurationMs = endMs - startMs;
  }
}
