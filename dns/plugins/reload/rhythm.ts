/** How often a Corefile is looked at. */
export interface Rhythm {
  readonly intervalMs: number;
  /** How far replicas that started together drift apart; at most half the interval counts. */
  readonly jitterMs: number;
}

/**
 * The time between two looks of one process: chosen once, at random, from the interval plus or minus half the jitter.
 * @param random from 0 up to, but without, 1
 */
export function waitMs({ intervalMs, jitterMs }: Rhythm, random: () => number): number {
  const jitter = Math.min(jitterMs, intervalMs / 2);
  return Math.round(intervalMs + (random() - 0.5) * jitter);
}
