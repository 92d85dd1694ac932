import { describe, expect, it } from "vitest";
import type { CachedAnswers, LoadedBlock, PluginInstance } from "../contract.ts";
import { nameFromWire } from "../wire/name.ts";
import { compileCaches } from "./cache-plan.ts";
import type { RoutedZone } from "./plan-zones.ts";

const SERVER = "dns://:53";

function cache(zones: readonly string[], parts: Partial<CachedAnswers> = {}): PluginInstance {
  const source = {
    table: new SharedArrayBuffer(4),
    zones,
    keepTtl: false,
    hitCounts: () => new SharedArrayBuffer(8),
    ...parts,
  };
  return { name: "cache", fastPath: { kind: "caches", source } };
}
const seeing = (...zones: string[]): PluginInstance => ({
  name: "rewrite",
  fastPath: { kind: "needs-query", zones },
});
const errors: PluginInstance = { name: "errors", fastPath: { kind: "transparent" } };
const log: PluginInstance = { name: "log", fastPath: { kind: "needs-query" } };
const loadbalance: PluginInstance = { name: "loadbalance", fastPath: { kind: "transparent" } };

function block(...instances: PluginInstance[]): LoadedBlock {
  const position = { file: "Corefile", line: 1 };
  return { block: { position, addresses: [], directives: [] }, zones: [], served: [], instances };
}

function routes(blocks: Readonly<Record<string, LoadedBlock>>): RoutedZone[] {
  return Object.entries(blocks).map(([zone, loaded], counters) => ({
    server: SERVER,
    zone,
    block: loaded,
    counters,
  }));
}

/** The plan's zones in words. */
function planOf(blocks: Readonly<Record<string, LoadedBlock>>): string[] | undefined {
  return compileCaches(routes(blocks))?.zones.map((zone) => {
    const name = nameFromWire(zone.name);
    if (zone.kind === "deferred") return `${name} deferred`;
    return `${name} table ${zone.table}${zone.rotate ? " rotated" : ""}`;
  });
}

describe("compileCaches", () => {
  it.each([
    { name: "no cache", blocks: { ".": block(errors) }, plan: undefined },
    {
      name: "a cache for the block's zone",
      blocks: { ".": block(errors, cache(["."])) },
      plan: [". table 0"],
    },
    {
      name: "one for some of it",
      blocks: { ".": block(loadbalance, cache(["a.test.", "b.test."])) },
      plan: ["a.test. table 0 rotated", "b.test. table 0 rotated", ". deferred"],
    },
    {
      name: "one for more than the block has, and for what others have",
      blocks: { "a.test.": block(cache(["test.", "b.test."])), "b.test.": block(errors) },
      plan: ["a.test. table 0", "b.test. deferred"],
    },
    {
      name: "a block without a cache below one with",
      blocks: { ".": block(cache(["."])), "a.test.": block(errors) },
      plan: ["a.test. deferred", ". table 0"],
    },
    {
      name: "two blocks with a cache each",
      blocks: { ".": block(cache(["."])), "a.test.": block(cache(["a.test."])) },
      plan: ["a.test. table 1", ". table 0"],
    },
    {
      name: "a plugin before it must see every query",
      blocks: { ".": block(log, cache(["."])) },
      plan: undefined,
    },
    {
      name: "a plugin before it must see some names",
      blocks: { ".": block(seeing("a.test.", "org."), cache(["test.", "www.org."])) },
      plan: ["www.org. deferred", "a.test. deferred", "test. table 0", ". deferred"],
    },
    {
      name: "a plugin behind it must see every query",
      blocks: { ".": block(cache(["."]), log) },
      plan: [". table 0"],
    },
  ])("$name", ({ blocks, plan }) => expect(planOf(blocks)).toEqual(plan));

  it("one block in two zones has one table, and each zone its row of the counters", () => {
    const both = block(cache(["a.test.", "b.test."]));
    const plan = compileCaches(routes({ "a.test.": both, "b.test.": both }));
    expect(plan?.tables).toHaveLength(1);
    expect(plan?.zones).toMatchObject([
      { kind: "cached", table: 0, counters: 0 },
      { kind: "cached", table: 0, counters: 1 },
    ]);
  });

  it("hands on how the cache serves, where its answers are counted, and what may close it", () => {
    const everything = new SharedArrayBuffer(4);
    const hits = new SharedArrayBuffer(8);
    const prefetch = { hits: 3, gapSeconds: 60, percent: 10 };
    const hitCounts = (server: string) => (server === SERVER ? hits : new SharedArrayBuffer(8));
    const before: PluginInstance = {
      name: "hosts",
      fastPath: { kind: "needs-query", zones: [], everything },
    };
    const loaded = block(before, cache(["."], { keepTtl: true, prefetch, hitCounts }));
    const plan = compileCaches(routes({ ".": loaded }));
    expect(plan?.gates).toEqual([everything]);
    const [zone] = plan?.zones ?? [];
    expect(zone).toMatchObject({ keepTtl: true, prefetch });
    expect(zone?.kind === "cached" && zone.hits === hits).toBe(true);
  });
});
