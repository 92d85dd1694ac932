import { describe, expect, it } from "vitest";
import type { CompiledAnswers, LoadedBlock, PluginInstance } from "../contract.ts";
import { nameFromWire } from "../wire/name.ts";
import { compilePlan } from "./plan-compiler.ts";

const answers = (...zones: string[]): CompiledAnswers => ({
  table: new SharedArrayBuffer(4),
  knows: () => false,
  zones: zones.map((name) => ({
    name,
    negativeTtlSeconds: 5,
    missing: "nxdomain",
    deferPods: false,
  })),
});
const cluster = answers("cluster.local.", "in-addr.arpa.");
const other = answers("other.local.");

const kubernetes = (source: CompiledAnswers): PluginInstance => ({
  name: "kubernetes",
  fastPath: { kind: "answers", source },
});
const plain = (name: string, kind: "transparent" | "needs-query"): PluginInstance => ({
  name,
  fastPath: { kind },
});

function block(...instances: PluginInstance[]): LoadedBlock {
  const position = { file: "Corefile", line: 1 };
  return { block: { position, addresses: [], directives: [] }, zones: [], served: [], instances };
}

const seeing = (...zones: string[]): PluginInstance => ({
  name: "hosts",
  fastPath: { kind: "needs-query", zones },
});

const errors = plain("errors", "transparent");
const log = plain("log", "needs-query");
const loadbalance = plain("loadbalance", "transparent");

/** The plan in words: its zones, longest first, and whether a table may be asked before the zones. */
function planOf(blocks: Readonly<Record<string, LoadedBlock>>): string[] {
  const plan = compilePlan(
    Object.entries(blocks).map(([zone, loaded], counters) => ({
      server: "dns://:53",
      zone,
      block: loaded,
      counters,
    })),
  );
  const zones = plan.zones.map((zone) => {
    const name = nameFromWire(zone.name);
    return zone.kind === "deferred"
      ? `${name} deferred`
      : `${name} table ${zone.table}${zone.rotate ? " rotated" : ""}`;
  });
  return [...zones, plan.lookupFirst ? "table first" : "zones first"];
}

describe("compilePlan", () => {
  it.each([
    {
      name: "one block for all names",
      blocks: { ".": block(errors, kubernetes(cluster)) },
      plan: ["cluster.local. table 0", "in-addr.arpa. table 0", ". deferred", "table first"],
    },
    {
      name: "loadbalance turns records",
      blocks: { ".": block(loadbalance, kubernetes(cluster)) },
      plan: [
        "cluster.local. table 0 rotated",
        "in-addr.arpa. table 0 rotated",
        ". deferred",
        "table first",
      ],
    },
    {
      name: "a plugin that must see queries stands before the answers",
      blocks: { ".": block(log, kubernetes(cluster)) },
      plan: [". deferred", "zones first"],
    },
    {
      name: "a block of its own below the cluster's zone hides that part",
      blocks: { ".": block(kubernetes(cluster)), "stub.cluster.local.": block(errors) },
      plan: [
        "stub.cluster.local. deferred",
        "cluster.local. table 0",
        "in-addr.arpa. table 0",
        ". deferred",
        "zones first",
      ],
    },
    {
      name: "a longer block takes the cluster's zone away",
      blocks: { ".": block(kubernetes(cluster)), "local.": block(errors) },
      plan: ["in-addr.arpa. table 0", "local. deferred", ". deferred", "zones first"],
    },
    {
      name: "two clusters in two blocks",
      blocks: {
        "cluster.local.": block(kubernetes(cluster)),
        "other.local.": block(kubernetes(other)),
      },
      plan: ["cluster.local. table 0", "other.local. table 1", "zones first"],
    },
    {
      name: "a plugin before the answers must see one zone of them",
      blocks: { ".": block(seeing("in-addr.arpa."), kubernetes(cluster)) },
      plan: ["cluster.local. table 0", "in-addr.arpa. deferred", ". deferred", "zones first"],
    },
    {
      name: "a plugin before the answers must see a name within a zone",
      blocks: { ".": block(seeing("db.shop.svc.cluster.local."), kubernetes(cluster)) },
      plan: [
        "db.shop.svc.cluster.local. deferred",
        "cluster.local. table 0",
        "in-addr.arpa. table 0",
        ". deferred",
        "zones first",
      ],
    },
    {
      name: "a plugin before the answers must see names elsewhere",
      blocks: { ".": block(seeing("node-1.", "example.org."), kubernetes(cluster)) },
      plan: ["cluster.local. table 0", "in-addr.arpa. table 0", ". deferred", "table first"],
    },
    {
      name: "a plugin before the answers must see what is above a zone, and so all of it",
      blocks: { ".": block(seeing("arpa.", "local."), kubernetes(cluster)) },
      plan: ["cluster.local. deferred", "in-addr.arpa. deferred", ". deferred", "zones first"],
    },
    {
      name: "what one plugin must see adds to what another must",
      blocks: {
        ".": block(seeing("in-addr.arpa."), seeing("a.cluster.local."), kubernetes(cluster)),
      },
      plan: [
        "a.cluster.local. deferred",
        "cluster.local. table 0",
        "in-addr.arpa. deferred",
        ". deferred",
        "zones first",
      ],
    },
    {
      name: "a plugin behind the answers hides none of them",
      blocks: { ".": block(kubernetes(cluster), seeing("cluster.local.")) },
      plan: ["cluster.local. table 0", "in-addr.arpa. table 0", ". deferred", "table first"],
    },
    {
      name: "what a plugin must see in another block's zone is that block's matter",
      blocks: {
        ".": block(seeing("a.stub.cluster.local."), kubernetes(cluster)),
        "stub.cluster.local.": block(errors),
      },
      plan: [
        "stub.cluster.local. deferred",
        "cluster.local. table 0",
        "in-addr.arpa. table 0",
        ". deferred",
        "zones first",
      ],
    },
  ])("$name", ({ blocks, plan }) => {
    expect(planOf(blocks)).toEqual(plan);
  });

  it("hands on what may close the fast path later", () => {
    const everything = new SharedArrayBuffer(4);
    const hosts: PluginInstance = {
      name: "hosts",
      fastPath: { kind: "needs-query", zones: [], everything },
    };
    const gatesOf = (...instances: PluginInstance[]) =>
      compilePlan([{ server: "dns://:53", zone: ".", block: block(...instances), counters: 0 }])
        .gates;
    expect(gatesOf(hosts, kubernetes(cluster))).toEqual([everything]);
    expect(gatesOf(kubernetes(cluster), hosts)).toEqual([]);
  });
});
