import { setTimeout as delay } from "node:timers/promises";

/** Time as the sources see it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch, never going back. */
  nowMs(): number;
  /** Resolves after that time, or as soon as the signal aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  sleep: (durationMs, signal) => delay(durationMs, undefined, { signal }).catch(() => undefined), // rejects on abort alone
};
