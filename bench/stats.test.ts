import { describe, expect, it } from "vitest";
import { median, medianInterval, pairedRatio, quantile, roundOrder } from "./stats.ts";

describe("quantile", () => {
  const cases: readonly [readonly number[], number, number][] = [
    [[], 0.5, Number.NaN],
    [[7], 0.99, 7],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 0, 1],
    [[4, 1, 3, 2], 1, 4],
    [[0, 10], 0.25, 2.5],
    [[1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75, Number.POSITIVE_INFINITY],
  ];
  it.each(cases)("of %j at %f is %f", (values, share, expected) => {
    expect(quantile(values, share)).toEqual(expected);
  });

  it("leaves its input alone", () => {
    const values = [3, 1, 2];
    expect(median(values)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("medianInterval", () => {
  it("is the same for the same values", () => {
    const values = [1, 5, 2, 8, 3];
    expect(medianInterval(values)).toEqual(medianInterval(values));
  });

  it("encloses the median and narrows to a point for equal values", () => {
    const { low, high } = medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(low).toBeLessThanOrEqual(5);
    expect(high).toBeGreaterThanOrEqual(5);
    expect(medianInterval([2, 2, 2])).toEqual({ low: 2, high: 2 });
  });
});

describe("pairedRatio", () => {
  it("is taken within pairs, so common drift cancels", () => {
    const reference = [10, 20, 40, 80];
    const values = reference.map((value) => value / 2);
    expect(pairedRatio(values, reference)).toEqual({ median: 0.5, low: 0.5, high: 0.5, pairs: 4 });
  });

  const dropped: readonly [string, readonly number[], readonly number[], number][] = [
    ["a missing reference", [1, 2, 3], [1, 2], 2],
    ["a zero reference", [1, 2], [0, 2], 1],
    ["a value that is not a number", [Number.NaN, 2], [1, 2], 1],
  ];
  it.each(dropped)("leaves out a round with %s", (_, values, reference, pairs) => {
    expect(pairedRatio(values, reference).pairs).toBe(pairs);
  });
});

describe("roundOrder", () => {
  it("goes forward and backward in turn", () => {
    const rounds = [0, 1, 2, 3].map((round) => roundOrder(["A", "B"], round).join(""));
    expect(rounds.join(" ")).toBe("AB BA AB BA");
  });
});
