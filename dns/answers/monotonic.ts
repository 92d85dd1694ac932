/**
 * The system's monotonic clock, the same in every thread of the process: cached TTLs count down by it, so
 * that a corrected wall clock neither prolongs nor expires them. performance.now() is the cheapest clock, but each
 * thread's starts at its own zero.
 */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Whole milliseconds. */
export function monotonicMs(): number {
  return Math.floor(performance.now() + offsetMs);
}
