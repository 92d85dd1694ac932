import type { ScenarioContext, Series } from "../contract.ts";
import { roundOrder } from "../stats.ts";

/** One value of one metric, from one run. */
export interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** Something that is measured against the others in every round: a server, or a server in some state. */
export interface Entrant {
  readonly name: string;
  measure(): Promise<readonly Figure[]>;
}

/** Groups the rounds' figures into series, in order of first appearance. */
export function toSeries(rounds: readonly (readonly [string, readonly Figure[]])[]): Series[] {
  const series = new Map<string, { head: Omit<Series, "samples">; samples: number[] }>();
  for (const [contestant, figures] of rounds) {
    for (const { metric, unit, value } of figures) {
      const key = JSON.stringify([contestant, metric]);
      const entry = series.get(key) ?? { head: { contestant, metric, unit }, samples: [] };
      entry.samples.push(value);
      series.set(key, entry);
    }
  }
  return [...series.values()].map(({ head, samples }) => ({ ...head, samples }));
}

/**
 * Measures every entrant once a round, in ABBA order. The first round only warms up what compiles or caches and is
 * thrown away. `headline` is the metric that progress shows.
 */
export async function measureRounds(
  context: ScenarioContext,
  scenario: string,
  entrants: readonly Entrant[],
  headline: string,
): Promise<Series[]> {
  const measured: (readonly [string, readonly Figure[]])[] = [];
  for (let round = -1; round < context.rounds; round += 1) {
    for (const entrant of roundOrder(entrants, Math.max(round, 0))) {
      context.signal.throwIfAborted();
      const label = round < 0 ? "warm-up" : `round ${round + 1}/${context.rounds}`;
      context.progress.update(`${scenario}: ${label}, ${entrant.name}`);
      const figures = await entrant.measure();
      if (round < 0) continue;
      measured.push([entrant.name, figures]);
      const shown = figures.find(({ metric }) => metric === headline);
      if (shown === undefined) continue;
      context.progress.update(
        `${scenario}: ${label}, ${entrant.name} ${shown.value.toPrecision(3)} ${shown.unit}`,
      );
    }
  }
  return toSeries(measured);
}

/** A sentence on what could not be compared, or none. */
export function missingNote(missing: readonly string[]): readonly string[] {
  return missing.length === 0 ? [] : [`Not installed, so not measured: ${missing.join(", ")}.`];
}
