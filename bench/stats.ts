import { seededRandom } from "./data/queries.ts";

/** The middle value, or the mean of the two middle ones. NaN for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The quantile with linear interpolation between ranks. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(rank)];
  const upper = sorted[Math.ceil(rank)];
  if (lower === undefined || upper === undefined) return Number.NaN;
  // Equal ranks are returned as they are: an infinite sample must not turn into NaN.
  return lower === upper ? lower : lower + (upper - lower) * (rank - Math.floor(rank));
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Ratio extends Interval {
  /** Median of the ratios within each pair. */
  readonly median: number;
  readonly pairs: number;
}

const resamples = 2000;

/** Percentile-bootstrap 95 % interval of the median, with a fixed seed so that a result can be computed again. */
export function medianInterval(values: readonly number[], seed = 42): Interval {
  const random = seededRandom(seed);
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)),
  );
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

/**
 * Ratio of two series that were measured round by round: drift of the machine hits both halves of a pair alike and
 * leaves the ratio. Rounds in which either value is missing or not finite are left out.
 */
export function pairedRatio(values: readonly number[], reference: readonly number[]): Ratio {
  const ratios = values.flatMap((value, round) => {
    const ratio = value / (reference[round] ?? Number.NaN);
    return Number.isFinite(ratio) ? [ratio] : [];
  });
  return { median: median(ratios), ...medianInterval(ratios), pairs: ratios.length };
}

/** Order of the contestants in a round: forward and backward in turn (ABBA), so that a steady drift cancels out. */
export function roundOrder<T>(contestants: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? contestants : [...contestants].reverse();
}
