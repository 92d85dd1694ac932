import type { ScenarioResult, Series, Target } from "./contract.ts";
import { type Interval, median, medianInterval, pairedRatio } from "./stats.ts";

/** What a target asks, what was measured, and whether that is enough. */
export interface Judgement extends Interval {
  readonly target: Target;
  /** The goal in words, for example "≤ 0.5 × knot". */
  readonly goal: string;
  /** Median of the value, or of its ratio to the reference. */
  readonly measured: number;
  readonly met: boolean;
}

export function findSeries(
  result: Pick<ScenarioResult, "series">,
  contestant: string,
  metric: string,
): Series | undefined {
  return result.series.find((one) => one.contestant === contestant && one.metric === metric);
}

function goalText(target: Target, unit: string): string {
  const scale = target.reference === undefined ? ` ${unit}` : ` × ${target.reference}`;
  const bounds = [
    target.atMost === undefined ? "" : `≤ ${target.atMost}${scale}`,
    target.atLeast === undefined ? "" : `≥ ${target.atLeast}${scale}`,
    target.upperBoundAtMost === undefined ? "" : `upper bound ≤ ${target.upperBoundAtMost}`,
  ];
  return bounds.filter((bound) => bound !== "").join(", ");
}

/** Undefined when one of the series was not measured: a target is neither met nor missed then. */
export function judge(
  target: Target,
  result: Pick<ScenarioResult, "series">,
): Judgement | undefined {
  const series = findSeries(result, target.contestant, target.metric);
  if (series === undefined) return undefined;
  let measured = { median: median(series.samples), ...medianInterval(series.samples) };
  if (target.reference !== undefined) {
    const reference = findSeries(result, target.reference, target.metric);
    if (reference === undefined) return undefined;
    measured = pairedRatio(series.samples, reference.samples);
  }
  const met =
    measured.median <= (target.atMost ?? Number.POSITIVE_INFINITY) &&
    measured.median >= (target.atLeast ?? Number.NEGATIVE_INFINITY) &&
    measured.high <= (target.upperBoundAtMost ?? Number.POSITIVE_INFINITY);
  return {
    target,
    goal: goalText(target, series.unit),
    measured: measured.median,
    low: measured.low,
    high: measured.high,
    met,
  };
}
