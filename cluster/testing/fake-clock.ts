import type { Clock } from "../clock.ts";

/** A clock that moves only when somebody sleeps or a test moves it; sleeping takes no real time. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;
  readonly onSleep: (durationMs: number) => void;

  constructor(onSleep: (durationMs: number) => void = () => undefined) {
    this.onSleep = onSleep;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  async sleep(durationMs: number): Promise<void> {
    this.onSleep(durationMs);
    this.#nowMs += durationMs;
    await new Promise(setImmediate); // lets what others have under way happen first
  }
}
