import { describe, expect, it } from "vitest";
import type { ResultStore, ScenarioResult } from "./contract.ts";
import { formatNumber, renderResults, renderScenario } from "./results.ts";

const result: ScenarioResult = {
  scenario: "a-udp",
  title: "A over UDP",
  measuredAt: "2026-01-02T03:04:05.000Z",
  rounds: 3,
  reference: "knot",
  series: [
    { contestant: "knot", metric: "cpu", unit: "µs", samples: [6, 6, 6] },
    { contestant: "fairlead", metric: "cpu", unit: "µs", samples: [3, 3, 3] },
    { contestant: "knot", metric: "lost", unit: "%", samples: [0, 0, 0] },
    { contestant: "fairlead", metric: "lost", unit: "%", samples: [0, 0, 0] },
  ],
  targets: [
    { contestant: "fairlead", metric: "cpu", reference: "knot", atMost: 0.4 },
    { contestant: "fairlead-dgram", metric: "cpu", reference: "fairlead", atLeast: 1.7 },
  ],
  notes: ["A note."],
};

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [0.1234, "0.12"],
    [5.678, "5.68"],
    [56.78, "56.8"],
    [123456.7, "123,457"],
    [Number.NaN, "–"],
  ])("%f is %s", (value, text) => expect(formatNumber(value)).toBe(text));
});

describe("renderScenario", () => {
  it("puts medians, intervals, paired ratios and targets into one table", () => {
    const lines = renderScenario(result, "dns").split("\n");
    expect(lines).toContain("| cpu | knot | 6.00 µs | [6.00, 6.00] |  |  |");
    expect(lines).toContain(
      "| cpu | fairlead | 3.00 µs | [3.00, 3.00] | 0.50 [0.50, 0.50] | ≤ 0.4 × knot: **missed** (0.50) |",
    );
  });

  it("shows no ratio to a reference of zero", () => {
    expect(renderScenario(result, "dns")).toContain("| lost | fairlead | 0 % | [0, 0] |  |  |");
  });

  it("says how to measure it again", () => {
    expect(renderScenario(result, "dns")).toContain(
      "2026-01-02, 3 rounds. Again: `bin/fairlead bench dns --only a-udp`",
    );
    expect(renderScenario({ ...result, revision: "abc1234" }, "dns")).toContain(
      "2026-01-02, 3 rounds of abc1234.",
    );
  });
});

describe("renderResults", () => {
  it("keeps the given order and says what it was measured on", () => {
    const store: ResultStore = {
      environment: {
        cpu: "EPYC",
        cores: 2,
        memoryMb: 8000,
        kernel: "6.18",
        node: "26.10.0",
        versions: { knot: "3.2.6" },
      },
      scenarios: { tcp: { ...result, scenario: "tcp" }, "a-udp": result },
    };
    const named = (...names: string[]) => names.map((name) => ({ name }));
    const text = renderResults(store, [
      { name: "dns", title: "DNS", lead: [], scenarios: named("a-udp", "pod-mix", "tcp") },
      { name: "proxy", title: "Proxy", lead: [], scenarios: named("proxy-load") },
    ]);
    expect(text.match(/^##+ [\w-]+/gm)).toEqual(["## DNS", "### a-udp", "### tcp"]);
    expect(text).toContain("- 2 cores of EPYC, 8000 MB, Linux 6.18, Node 26.10.0\n- knot 3.2.6\n");
  });
});
