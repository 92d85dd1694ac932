import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks an upstream again and again until it answers. It runs only after something went wrong: an upstream that works
 * is never asked.
 */
export class HealthCheck {
  readonly #intervalMs: number;
  readonly #probe: () => Promise<void>;
  readonly #onFailure: () => void;
  readonly #stopped = new AbortController();
  #running = false;
  #fails = 0;

  /** @param probe rejects when the upstream did not answer */
  constructor(intervalMs: number, probe: () => Promise<void>, onFailure: () => void) {
    this.#intervalMs = intervalMs;
    this.#probe = probe;
    this.#onFailure = onFailure;
  }

  /** Checks that failed since the last that was answered. */
  get fails(): number {
    return this.#fails;
  }

  /** Starts checking, unless that is under way. */
  start(): void {
    if (this.#running || this.#stopped.signal.aborted) return;
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#probe();
        this.#fails = 0;
        break;
      } catch {
        // What exactly failed is told by the query that set the check off.
        if (signal.aborted) break;
        this.#fails++;
        this.#onFailure();
        await sleep(this.#intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
    this.#running = false;
  }
}
