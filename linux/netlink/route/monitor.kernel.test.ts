import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Subscription } from "../subscription.ts";
import type { RouteEvent } from "./contract.ts";
import { changeLink, createLink } from "./link.ts";
import { type EventSelection, monitorRoute } from "./monitor.ts";
import { openRoute, type RouteSocket } from "./socket.ts";

let node: TestNamespace;
let route: RouteSocket;
let monitor: Subscription | undefined;

beforeEach(() => {
  node = testNamespace();
  route = openRoute({ namespacePath: node.path });
});
afterEach(() => {
  monitor?.close();
  route.close();
  node.delete();
});

function inWords(event: RouteEvent): string {
  switch (event.kind) {
    case "link":
    case "link-gone":
      return `${event.kind} ${event.link.name} ${event.link.up ? "up" : "down"}`;
    case "address":
    case "address-gone":
      return `${event.kind} ${event.address.address}`;
    case "route":
    case "route-gone":
      return `${event.kind} ${event.route.destination}`;
    case "neighbour":
    case "neighbour-gone":
      return `${event.kind} ${event.neighbour.address}`;
    case "forwarding":
    case "forwarding-gone":
      return `${event.kind} ${event.entry.mac}`;
  }
}

function watch(selection: EventSelection, receiveBufferBytes?: number) {
  const seen: string[] = [];
  let overruns = 0;
  const options = { namespacePath: node.path, ...selection };
  monitor = monitorRoute(
    receiveBufferBytes === undefined ? options : { ...options, receiveBufferBytes },
    {
      onEvent: (event) => seen.push(inWords(event)),
      onOverrun: () => {
        overruns += 1;
      },
    },
  );
  return { seen, overruns: () => overruns };
}

describeWhere(["podNetworks"], "changes that others make", () => {
  test("are told of, each kind to those who asked", async () => {
    const { seen } = watch({ of: ["links", "addresses", "routes", "neighbours"] });
    const mac = "02:00:00:00:00:07";
    node.run("ip", "link", "add", "br0", "type", "bridge");
    node.run("ip", "link", "set", "br0", "up");
    node.run("ip", "addr", "add", "10.1.0.1/24", "dev", "br0");
    node.run("ip", "route", "add", "10.2.0.0/16", "via", "10.1.0.2");
    node.run("ip", "neigh", "add", "10.1.0.9", "lladdr", mac, "dev", "br0");
    node.run("bridge", "fdb", "add", mac, "dev", "br0", "self");
    node.run("bridge", "fdb", "del", mac, "dev", "br0", "self");
    node.run("ip", "neigh", "del", "10.1.0.9", "dev", "br0");
    node.run("ip", "route", "del", "10.2.0.0/16");
    node.run("ip", "addr", "del", "10.1.0.1/24", "dev", "br0");
    node.run("ip", "link", "del", "br0");
    await expect.poll(() => seen.at(-1)).toBe("link-gone br0 down");
    const told = [
      "link br0 down",
      "link br0 up",
      "address 10.1.0.1/24",
      "route 10.2.0.0/16",
      "neighbour 10.1.0.9",
      `forwarding ${mac}`,
      `forwarding-gone ${mac}`,
      "neighbour-gone 10.1.0.9",
      "route-gone 10.2.0.0/16",
      "address-gone 10.1.0.1/24",
    ];
    expect(
      seen
        .filter((words) => told.includes(words))
        .filter((words, index, all) => words !== all[index - 1]),
    ).toEqual(expect.arrayContaining(told));
  });

  test("only those that were asked for", async () => {
    const { seen } = watch({
      only: [
        { kind: "link-gone" },
        { kind: "address", scope: 0 },
        { kind: "route-gone", protocol: 86 },
      ],
    });
    for (const words of [
      "link add br0 type bridge",
      "link set br0 up",
      "addr add 10.1.0.1/24 dev br0",
      "addr add 169.254.0.1/24 dev br0 scope link",
      "route add 10.2.0.0/16 via 10.1.0.2 proto 86",
      "route add 10.3.0.0/16 via 10.1.0.2",
      "route del 10.2.0.0/16",
      "route del 10.3.0.0/16",
      "addr del 10.1.0.1/24 dev br0",
      "link del br0",
    ])
      node.run("ip", ...words.split(" "));
    await expect.poll(() => seen.at(-1)).toBe("link-gone br0 down");
    expect(seen).toEqual(["address 10.1.0.1/24", "route-gone 10.2.0.0/16", "link-gone br0 down"]);
  });

  test("a reader that is too slow is told that it missed some, and hears of what follows", async () => {
    const { seen, overruns } = watch({ of: ["links"] }, 4096);
    route.apply(createLink({ kind: "ifb", name: "x" }));
    const index = route.link("x")?.index ?? 0;
    for (let mtuBytes = 1000; mtuBytes < 1100; mtuBytes += 1)
      route.apply(changeLink(index, { mtuBytes }));
    await expect.poll(() => overruns()).toBe(1);
    route.apply(changeLink(index, { up: true }));
    await expect.poll(() => seen.at(-1)).toBe("link x up");
  });
});
