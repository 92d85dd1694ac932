import { describe, expect, it } from "vitest";
import type { Environment, ScenarioResult } from "./contract.ts";
import { decodeStore, encodeStore, withResult } from "./store-format.ts";

const environment = (versions: Record<string, string>): Environment => ({
  cpu: "EPYC",
  cores: 2,
  memoryMb: 8000,
  kernel: "6.18",
  node: "26.10.0",
  versions,
});
const result = (scenario: string, rounds: number): ScenarioResult => ({
  scenario,
  title: "",
  measuredAt: "2026-01-02T03:04:05.000Z",
  rounds,
  series: [{ contestant: "knot", metric: "cpu", unit: "µs", samples: [1.5] }],
  targets: [],
  notes: [],
});

describe("the result store", () => {
  it("comes back as it was written, a scenario a line", () => {
    const store = withResult(
      withResult(undefined, result("tcp", 3), environment({ knot: "3.2" })),
      result("a-udp", 3),
      environment({ knot: "3.2" }),
    );
    const text = encodeStore(store);
    expect(text.trimEnd().split("\n")).toHaveLength(3);
    expect(decodeStore(text)).toEqual(store);
  });

  it("is nothing before the first run", () => expect(decodeStore("")).toBeUndefined());

  it("replaces one scenario and keeps the others and their servers' versions", () => {
    const before = withResult(
      withResult(undefined, result("tcp", 3), environment({ knot: "3.2", coredns: "1.14" })),
      result("a-udp", 3),
      environment({}),
    );
    const after = withResult(before, result("a-udp", 15), environment({ knot: "3.3" }));
    expect(after.scenarios["a-udp"]?.rounds).toBe(15);
    expect(after.scenarios.tcp?.rounds).toBe(3);
    expect(after.environment.versions).toEqual({ knot: "3.3", coredns: "1.14" });
  });
});
