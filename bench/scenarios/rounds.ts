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

/** One entrant's name and what it reached. */
type Measured = readonly [string, readonly Figure[]];

/**
 * Calls `measure` for as many rounds as there are to be, and once before for what compiles or caches, whose figures are
 * thrown away. `headline` is the metric that progress shows.
 */
export async function measureTogether(
  context: ScenarioContext,
  scenario: string,
  measure: (round: number, label: string) => AsyncIterable<Measured>,
  headline: string,
): Promise<Series[]> {
  const measured: Measured[] = [];
  for (let round = -1; round < context.rounds; round += 1) {
    const label = round < 0 ? "warm-up" : `round ${round + 1}/${context.rounds}`;
    context.signal.throwIfAborted();
    context.progress.update(`${scenario}: ${label}`);
    for await (const [name, figures] of measure(Math.max(round, 0), label)) {
      context.signal.throwIfAborted();
      if (round < 0) continue;
      measured.push([name, figures]);
      const shown = figures.find(({ metric }) => metric === headline);
      if (shown === undefined) continue;
      const value = `${shown.value.toPrecision(3)} ${shown.unit}`;
      context.progress.update(`${scenario}: ${label}, ${name} ${value}`);
    }
  }
  return toSeries(measured);
}

/** Measures every entrant alone, once a round, in ABBA order. */
export function measureRounds(
  context: ScenarioContext,
  scenario: string,
  entrants: readonly Entrant[],
  headline: string,
): Promise<Series[]> {
  const measure = async function* (round: number, label: string): AsyncGenerator<Measured> {
    for (const entrant of roundOrder(entrants, round)) {
      context.progress.update(`${scenario}: ${label}, ${entrant.name}`);
      yield [entrant.name, await entrant.measure()];
    }
  };
  return measureTogether(context, scenario, measure, headline);
}

/** A sentence on what could not be compared, or none. */
export function missingNote(missing: readonly string[]): readonly string[] {
  return missing.length === 0 ? [] : [`Not installed, so not measured: ${missing.join(", ")}.`];
}
