import { setImmediate } from "node:timers/promises";

/** Longest stretch of decoding before queries and everything else have their turn. */
const STRETCH_MS = 5;

/** Lets long work on the main thread step aside at intervals. */
export class Turns {
  #startedMs = performance.now();

  async give(): Promise<void> {
    if (performance.now() - this.#startedMs < STRETCH_MS) return;
    await setImmediate();
    this.#startedMs = performance.now();
  }
}
