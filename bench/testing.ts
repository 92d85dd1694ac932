/** What the tests of the benchmark's suites have in common. */
import { expect, test } from "vitest";
import type { Suite } from "./contract.ts";
import { runBench } from "./run.ts";

/** What a figure is does not matter here: the machine is busy with other suites. */
const silent = { update: () => {}, done: () => {} };

/** A test for each scenario: it runs at its quick size, every target has its figure, and counts of faults are 0. */
export function testQuickly(suite: Suite, faults: readonly string[]): void {
  test.each(suite.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s runs, and every target has its figure",
    { timeout: 180_000 },
    async (_, scenario) => {
      const [result] = await runBench(suite, {
        scenarios: [scenario],
        rounds: 1,
        quick: true,
        servers: [],
        progress: silent,
        signal: new AbortController().signal,
      });
      const figures = new Map(
        result?.series.map(({ contestant, metric, samples }) => [
          `${contestant} ${metric}`,
          samples,
        ]),
      );
      for (const { contestant, metric } of result?.targets ?? []) {
        const samples = figures.get(`${contestant} ${metric}`);
        expect(samples, `${contestant}: ${metric}`).toHaveLength(1);
        expect(samples?.every(Number.isFinite), `${contestant}: ${metric}`).toBe(true);
      }
      for (const fault of faults)
        for (const { metric, samples } of result?.series ?? [])
          if (metric === fault) expect(samples).toEqual([0]);
    },
  );
}
