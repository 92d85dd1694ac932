/** CLOCK_MONOTONIC in milliseconds: the same in all processes of a machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
