/** Longest wait for more changes before they are committed together. */
const MAX_WINDOW_MS = 50;

/**
 * How long to gather changes before the next commit: a lone change goes at once, a stream of them is gathered for
 * twice as long as the last commit took, so that commits never take more than a third of the time.
 */
export class CommitWindow {
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #lastDurationMs = 0;

  delayMs(nowMs: number): number {
    if (nowMs - this.#lastEndMs > MAX_WINDOW_MS) return 0;
    return Math.min(MAX_WINDOW_MS, 2 * this.#lastDurationMs);
  }

  committed(startMs: number, endMs: number): void {
    this.#lastEndMs = endMs;
    this.#lastDurationMs = endMs - startMs;
  }
}
