import type { Clock } from "../clock.ts";

const FIRST_MS = 800;
const LONGEST_MS = 30_000;
/** So long without a failure and the next one is a first one again. */
const RESET_AFTER_MS = 120_000;

/** Waiting times between failed attempts, as client-go's reflector spaces them: doubling, and up to twice as long at random. */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  #baseMs = FIRST_MS;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastMs > RESET_AFTER_MS) this.#baseMs = FIRST_MS;
    this.#lastMs = nowMs;
    const delayMs = this.#baseMs * (1 + this.#random());
    this.#baseMs = Math.min(this.#baseMs * 2, LONGEST_MS);
    return delayMs;
  }
}
