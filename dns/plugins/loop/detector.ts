import { setTimeout as sleep } from "node:timers/promises";
import { Sightings } from "./sightings.ts";

export interface DetectorTimes {
  /** How long probes are sent when none of them tells anything. */
  readonly windowMs: number;
  readonly retryMs: number;
  /** How long a probe may still come back after it was answered. */
  readonly lingerMs: number;
}

export const TIMES: DetectorTimes = { windowMs: 30_000, retryMs: 250, lingerMs: 2000 };

export interface DetectorParts {
  /** A name that nobody else asks for, another one each time. */
  readonly randomName: () => string;
  /** Resolves to whether the server answered. */
  readonly send: (name: string) => Promise<boolean>;
  readonly times: DetectorTimes;
}

/**
 * Sends probes to this server until one has been answered and come by just once, or time is up. Each has a name of its
 * own, so that no cache answers it.
 */
export class LoopDetector {
  readonly #parts: DetectorParts;
  readonly #sightings = new Sightings();
  readonly #stopped = new AbortController();

  constructor(parts: DetectorParts) {
    this.#parts = parts;
  }

  /** Takes an HINFO query in; true when it proves a loop. */
  see(name: string): boolean {
    return this.#sightings.see(name);
  }

  /** Resolves when all is known that there is to know. Never rejects. */
  async run(): Promise<void> {
    const { randomName, send, times } = this.#parts;
    const end = performance.now() + times.windowMs;
    try {
      while (performance.now() < end && !this.#stopped.signal.aborted) {
        const name = randomName();
        this.#sightings.expect(name);
        const answered = await send(name);
        const harmless = answered && this.#sightings.isHarmless(name);
        await this.#sleep(harmless ? times.lingerMs : times.retryMs);
        // It may have come back meanwhile.
        if (harmless && this.#sightings.isHarmless(name)) break;
      }
    } finally {
      this.#sightings.close();
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.#sightings.close();
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.#stopped.signal }).catch(() => {});
  }
}
