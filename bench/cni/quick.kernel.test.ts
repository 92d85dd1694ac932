import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { runBench } from "../run.ts";
import { cniSuite } from "../suites.ts";

/** What a figure is does not matter here: the machine is busy with other suites. */
const silent = { update: () => {}, done: () => {} };

describeWhere(["topology", "nftables", "cc", "cniPlugins"], "fairlead bench cni --quick", () => {
  test.each(cniSuite.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s runs, and every target has its figure",
    { timeout: 180_000 },
    async (_, scenario) => {
      const [result] = await runBench(cniSuite, {
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
      for (const exact of ["ADDs that failed", "addresses given twice"])
        for (const { metric, samples } of result?.series ?? [])
          if (metric === exact) expect(samples).toEqual([0]);
    },
  );
});
