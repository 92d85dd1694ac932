import { describe, expect, it } from "vitest";
import { labelCount, nameToWire } from "../wire/name.ts";
import type { CompiledZone } from "./plan.ts";
import { matchZone, missIsUncertain } from "./zone-match.ts";

const zonesOf = (...names: readonly string[]) =>
  names
    .map((name) => ({ name: nameToWire(name), labels: labelCount(name), text: name }))
    .toSorted((left, right) => right.labels - left.labels);

const zones = zonesOf("cluster.local.", "stub.cluster.local.", "in-addr.arpa.", "a.b.");
const withRoot = zonesOf("cluster.local.", ".");

/** Names lie anywhere in memory. */
function placed(name: string): [bytes: Uint8Array, start: number, nameBytes: number] {
  const wire = nameToWire(name);
  const bytes = new Uint8Array(wire.length + 40).fill(0x61);
  bytes.set(wire, 20);
  return [bytes, 20, wire.length];
}

describe("matchZone", () => {
  it.each([
    [zones, "web.shop.svc.cluster.local.", "cluster.local."],
    [zones, "cluster.local.", "cluster.local."],
    [zones, "CLUSTER.Local.", "cluster.local."],
    [zones, "x.STUB.cluster.local.", "stub.cluster.local."],
    [zones, "stub.cluster.local.", "stub.cluster.local."],
    [zones, "xstub.cluster.local.", "cluster.local."],
    [zones, "mycluster.local.", undefined],
    [zones, "local.", undefined],
    [zones, ".", undefined],
    [zones, "1.0.0.10.in-addr.arpa.", "in-addr.arpa."],
    // The bytes of "a.b." end this name as well, within a label.
    [zones, "x\\001a\\001b.", undefined],
    [zones, "\\001a.b.", undefined],
    // "@" and "[" stand beside the letters; folding must leave them.
    [zonesOf("a\\091.test."), "A\\091.TEST.", "a\\091.test."],
    [zonesOf("a\\091.test."), "A{.TEST.", undefined],
    [withRoot, "cluster.local.", "cluster.local."],
    [withRoot, "example.org.", "."],
    [withRoot, ".", "."],
    [[], "example.org.", undefined],
    [zones, `${"a.".repeat(120)}a.b.`, "a.b."],
  ])("%# %s %s", (among, name, expected) => {
    const index = matchZone(among, ...placed(name));
    expect(among[index]?.text).toBe(expected);
  });
});

describe("missIsUncertain", () => {
  const zone = (deferPods: boolean): CompiledZone => ({
    kind: "compiled",
    name: nameToWire("cluster.local."),
    labels: 2,
    table: 0,
    negativeTtlSeconds: 5,
    missing: "nxdomain",
    deferPods,
    rotate: false,
    counters: 0,
  });

  it.each([
    // Port names without their underscores, whatever the service.
    ["tcp.web.shop.svc.cluster.local.", true],
    ["http.tcp.web.shop.svc.cluster.local.", true],
    ["_http._UDP.web.shop.svc.cluster.local.", true],
    ["http.Sctp.web.shop.svc.cluster.local.", true],
    ["http.tcp2.web.shop.svc.cluster.local.", false],
    ["http.dccp.web.shop.svc.cluster.local.", false],
    ["http.tc.web.shop.svc.cluster.local.", false],
    ["tcp.http.web.shop.svc.cluster.local.", false],
    ["a.http.tcp.web.shop.svc.cluster.local.", false],
    ["tcp.shop.svc.cluster.local.", false],
    ["nope.shop.svc.cluster.local.", false],
    ["nope.cluster.local.", false],
    ["cluster.local.", false],
    ["example.org.cluster.local.", false],
  ])("%s: %s", (name, expected) => {
    for (const deferPods of [false, true])
      expect(missIsUncertain(...placed(name), zone(deferPods))).toBe(expected);
  });

  it.each([
    ["10-0-0-1.shop.pod.cluster.local.", true],
    ["shop.POD.cluster.local.", true],
    ["a.b.c.d.pod.cluster.local.", true],
    // The name itself has an entry.
    ["pod.cluster.local.", false],
    ["10-0-0-1.shop.pods.cluster.local.", false],
    ["pod.shop.svc.cluster.local.", false],
  ])("with pod names computed, %s: %s", (name, expected) => {
    expect(missIsUncertain(...placed(name), zone(true))).toBe(expected);
    expect(missIsUncertain(...placed(name), zone(false))).toBe(false);
  });
});
