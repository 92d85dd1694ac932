import { describe, expect, it } from "vitest";
import { countCollections } from "./gc-trace.ts";

describe("countCollections", () => {
  it("counts by isolate and passes over other output", () => {
    const output = [
      "[77:0x1a2b:0]       41 ms: Scavenge 3.9 (4.1) -> 3.6 (5.1) MB, 0.6 / 0.0 ms (average mu = 1.000)",
      "[INFO] plugin/kubernetes: synced",
      "[77:0x1a2b:0]       92 ms: Mark-Compact 7.0 (9.1) -> 5.6 (9.1) MB, 2.6 / 0.0 ms",
      "[77:0x9f00:1]       99 ms: Scavenge 2.0 (4.1) -> 1.6 (5.1) MB, 0.3 / 0.0 ms",
    ].join("\n");
    expect(countCollections(output)).toEqual([2, 1]);
  });

  it("is empty without a trace", () => expect(countCollections("ready\n")).toEqual([]));
});
