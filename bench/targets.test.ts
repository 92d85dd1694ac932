import { describe, expect, it } from "vitest";
import type { Series, Target } from "./contract.ts";
import { judge } from "./targets.ts";

const series = (contestant: string, samples: readonly number[]): Series => ({
  contestant,
  metric: "cpu",
  unit: "µs",
  samples,
});
const result = { series: [series("a", [1, 1, 1]), series("b", [2, 2, 2]), series("c", [1, 2, 9])] };
const target = (parts: Partial<Target>): Target => ({ contestant: "a", metric: "cpu", ...parts });

describe("judge", () => {
  const cases: readonly [Partial<Target>, string, number, boolean][] = [
    [{ reference: "b", atMost: 0.5 }, "≤ 0.5 × b", 0.5, true],
    [{ reference: "b", atMost: 0.4 }, "≤ 0.4 × b", 0.5, false],
    [{ contestant: "b", reference: "a", atLeast: 1.7 }, "≥ 1.7 × a", 2, true],
    [{ contestant: "b", reference: "a", atLeast: 2.1 }, "≥ 2.1 × a", 2, false],
    [{ atMost: 1 }, "≤ 1 µs", 1, true],
    [
      { contestant: "c", reference: "a", atMost: 2, upperBoundAtMost: 3 },
      "≤ 2 × a, upper bound ≤ 3",
      2,
      false,
    ],
  ];
  it.each(cases)("%j", (parts, goal, measured, met) => {
    expect(judge(target(parts), result)).toMatchObject({ goal, measured, met });
  });

  it.each([
    ["the series", { contestant: "nobody" }],
    ["the reference", { reference: "nobody" }],
  ])("is undefined without %s", (_, parts) => {
    expect(judge(target(parts), result)).toBeUndefined();
  });
});
