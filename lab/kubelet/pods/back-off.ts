import type { BackOff } from "./contract.ts";

const longestMs = 300_000;
/** After so long without a crash the next one is the first again. */
const forgottenAfterMs = 600_000;

/** The first restart is at once, the next waits `firstMs`, and each after it twice as long, at most five minutes. */
export function nextBackOff(
  before: BackOff | undefined,
  endedAtMs: number,
  firstMs: number,
): BackOff {
  if (before === undefined || endedAtMs - before.raisedAtMs > forgottenAfterMs)
    return { pauseMs: firstMs, raisedAtMs: endedAtMs };
  return { pauseMs: Math.min(longestMs, before.pauseMs * 2), raisedAtMs: endedAtMs };
}

/** When a container that has ended may start again. */
export function restartAtMs(backOff: BackOff | undefined, endedAtMs: number): number {
  if (backOff === undefined || endedAtMs - backOff.raisedAtMs > forgottenAfterMs) return endedAtMs;
  return endedAtMs + backOff.pauseMs;
}
