import { describe, expect, it } from "vitest";
import { parseExposition, sumOf } from "./exposition.ts";

const text = `# HELP up whether it is
# TYPE up gauge
up 1
requests_total{type="A",note="a } b"} 3
requests_total{type="AAAA"} 4.5e1 1700000000000
bucket{le="+Inf"} +Inf
not a sample at all
`;

describe("parseExposition", () => {
  it("reads samples with and without labels and times", () => {
    expect(parseExposition(text)).toEqual([
      { name: "up", labels: "", value: 1 },
      { name: "requests_total", labels: 'type="A",note="a } b"', value: 3 },
      { name: "requests_total", labels: 'type="AAAA"', value: 45 },
      { name: "bucket", labels: 'le="+Inf"', value: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe("sumOf", () => {
  it.each([
    ["requests_total", 48],
    ["up", 1],
    ["absent", undefined],
  ])("%s is %s", (name, expected) => {
    expect(sumOf(parseExposition(text), name)).toBe(expected);
  });
});
