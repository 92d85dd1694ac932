import { describe, expect, it } from "vitest";
import type { ScenarioContext } from "../contract.ts";
import { measureRounds, missingNote, toSeries } from "./rounds.ts";

describe("toSeries", () => {
  it("gathers a contestant's metric over the rounds, in order of appearance", () => {
    const figures = (value: number) => [{ metric: "cpu", unit: "µs", value }];
    const rounds = [
      ["a", figures(1)],
      ["b", figures(2)],
      ["b", figures(3)],
      ["a", figures(4)],
    ] as const;
    expect(toSeries(rounds)).toEqual([
      { contestant: "a", metric: "cpu", unit: "µs", samples: [1, 4] },
      { contestant: "b", metric: "cpu", unit: "µs", samples: [2, 3] },
    ]);
  });
});

describe("measureRounds", () => {
  const progress = { update: () => {}, done: () => {} };
  // Nothing here starts a server: the parts of the context that would are left out.
  const context = (rounds: number, signal: AbortSignal): ScenarioContext =>
    ({ rounds, quick: true, progress, signal }) as unknown as ScenarioContext;

  it("warms up once and then goes forward and backward", async () => {
    const order: string[] = [];
    const entrant = (name: string) => ({
      name,
      measure: async () => {
        order.push(name);
        return [{ metric: "n", unit: "", value: order.length }];
      },
    });
    const signal = new AbortController().signal;
    const entrants = [entrant("a"), entrant("b")];
    const series = await measureRounds(context(2, signal), "test", entrants, "n");
    expect(order.join("")).toBe("ab" + "ab" + "ba");
    expect(series.map(({ samples }) => samples)).toEqual([
      [3, 6],
      [4, 5],
    ]);
  });

  it("ends between measurements when it is told to stop", async () => {
    const entrant = { name: "a", measure: () => expect.unreachable() };
    const run = measureRounds(context(1, AbortSignal.abort()), "test", [entrant], "n");
    await expect(run).rejects.toThrow(/abort/i);
  });
});

describe("missingNote", () => {
  it.each([
    [[], []],
    [["coredns", "knot"], ["Not installed, so not measured: coredns, knot."]],
  ])("of %j is %j", (missing, notes) => expect(missingNote(missing)).toEqual(notes));
});
