import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { createLink } from "./link.ts";
import { addIngress, deleteQueue, redirectIngress, shapeEgress } from "./shaping.ts";
import { openRoute, type RouteSocket } from "./socket.ts";

let node: TestNamespace;
let route: RouteSocket;
let linkIndex: number;

beforeEach(() => {
  node = testNamespace();
  route = openRoute({ namespacePath: node.path });
  route.apply(createLink({ kind: "veth", name: "a", up: true, peer: { name: "b" } }));
  linkIndex = route.link("a")?.index ?? 0;
});
afterEach(() => {
  route.close();
  node.delete();
});

const ofTbf = () => node.json("tc", "qdisc", "show", "dev", "a").find(({ kind }) => kind === "tbf");

describeWhere(["podNetworks"], "bandwidth", () => {
  test.each([
    { bitsPerSecond: 1_000_000, burstBytes: 10_000, latencyMs: 25 },
    { bitsPerSecond: 40_000_000_000, burstBytes: 4_000_000, latencyMs: 25 },
  ])("what leaves: $bitsPerSecond bit/s", (shaping) => {
    route.apply(shapeEgress(linkIndex, { ...shaping, bitsPerSecond: 8000 }));
    route.apply(shapeEgress(linkIndex, shaping));
    const { burstBytes, bitsPerSecond } = shaping;
    expect(ofTbf()).toMatchObject({
      root: true,
      options: { rate: bitsPerSecond / 8, lat: expect.closeTo(25_000, -3) },
    });
    expect(route.shaping()).toEqual([
      { linkIndex, bitsPerSecond, burstBytes: expect.closeTo(burstBytes, -3) },
    ]);
    route.apply(deleteQueue(linkIndex, "egress"));
    expect(ofTbf()).toBeUndefined();
    expect(route.shaping()).toEqual([]);
  });

  test("what enters is led to an ifb", async () => {
    route.apply(createLink({ kind: "ifb", name: "bwp1", up: true }));
    const ifbIndex = route.link("bwp1")?.index ?? 0;
    route.apply(addIngress(linkIndex));
    expect(() => route.apply(addIngress(linkIndex))).toThrow("EEXIST");
    route.apply(redirectIngress(linkIndex, ifbIndex));
    const shown = JSON.stringify(node.json("tc", "filter", "show", "dev", "a", "ingress"));
    expect(shown).toContain('"kind":"mirred"');
    expect(shown).toContain('"to_dev":"bwp1"');
    // What comes in by a now goes out of the ifb.
    node.run("ip", "link", "set", "dev", "b", "up");
    node.run("ip", "addr", "add", "10.1.0.2/24", "dev", "b");
    node.run("ip", "neigh", "add", "10.1.0.9", "lladdr", "02:00:00:00:00:09", "dev", "b");
    const send = "require('dgram').createSocket('udp4').send('x',9,'10.1.0.9',()=>process.exit())";
    node.run(process.execPath, "-e", send);
    const counters = () => node.json("ip", "-s", "link", "show", "dev", "bwp1")[0]?.stats64;
    expect(counters()).toMatchObject({ tx: { packets: expect.any(Number) } });
    // What the kernel takes up later, on a busy machine, is counted later.
    await expect.poll(() => JSON.stringify(counters())).not.toMatch(/"tx":\{"bytes":0,/);
    route.apply(deleteQueue(linkIndex, "ingress"));
    expect(node.json("tc", "filter", "show", "dev", "a", "ingress")).toEqual([]);
  });
});
