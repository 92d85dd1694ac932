import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { addAddress, deleteAddress } from "./address.ts";
import type { ForwardingEntry, LinkAddress, Route } from "./contract.ts";
import { createLink } from "./link.ts";
import { deleteForwarding, deleteNeighbour, setForwarding, setNeighbour } from "./neighbour.ts";
import { addRoute, deleteRoute } from "./route.ts";
import { openRoute, type RouteSocket } from "./socket.ts";

let node: TestNamespace;
let route: RouteSocket;
let linkIndex: number;

beforeEach(() => {
  node = testNamespace();
  route = openRoute({ namespacePath: node.path });
  route.apply(createLink({ kind: "veth", name: "a", up: true, peer: { name: "b" } }));
  node.run("ip", "link", "set", "dev", "b", "up");
  linkIndex = route.link("a")?.index ?? 0;
});
afterEach(() => {
  route.close();
  node.delete();
});

describeWhere(["podNetworks"], "addresses", () => {
  test.each<{ address: Omit<LinkAddress, "linkIndex">; shown: object }>([
    {
      address: { address: "10.1.0.1/24" },
      shown: { local: "10.1.0.1", prefixlen: 24, scope: "global" },
    },
    {
      address: { address: "10.1.0.2/32", scope: 253, broadcast: "10.1.0.255" },
      shown: { local: "10.1.0.2", prefixlen: 32, scope: "link", broadcast: "10.1.0.255" },
    },
    {
      address: { address: "fd00::1/64", noPrefixRoute: true },
      shown: { local: "fd00::1", prefixlen: 64, nodad: true, noprefixroute: true },
    },
  ])("$address.address", ({ address, shown }) => {
    const added = { ...address, linkIndex };
    route.apply(addAddress(added));
    const addresses = (): unknown[] =>
      node.json("ip", "addr", "show", "dev", "a").flatMap((link) => link.addr_info);
    expect(addresses()).toContainEqual(expect.objectContaining(shown));
    const found = route.addresses({ linkIndex }).find((one) => one.address === address.address);
    // No duplicate address detection: usable at once.
    expect(found).toMatchObject({ ...added, tentative: false, duplicate: false, permanent: true });
    expect(() => route.apply(addAddress(added))).toThrow("EEXIST");
    route.apply(addAddress(added, "replace"));
    route.apply(deleteAddress(added));
    expect(addresses()).not.toContainEqual(expect.objectContaining(shown));
    expect(() => route.apply(deleteAddress(added))).toThrow("EADDRNOTAVAIL");
  });

  test("by family and link", () => {
    route.apply(addAddress({ linkIndex, address: "10.1.0.1/24" }));
    const of = (filter: Parameters<RouteSocket["addresses"]>[0]) =>
      route.addresses(filter).map(({ address }) => address.replace(/^fe80.*/, "fe80"));
    expect(of({ family: 4 })).toEqual(["127.0.0.1/8", "10.1.0.1/24"]);
    expect(of({ family: 4, linkIndex })).toEqual(["10.1.0.1/24"]);
    expect(of({ family: 6, linkIndex })).toEqual(["fe80"]);
  });
});

describeWhere(["podNetworks"], "routes", () => {
  beforeEach(() => {
    route.apply(addAddress({ linkIndex, address: "10.1.0.1/24" }));
    route.apply(addAddress({ linkIndex, address: "fd00::1/64" }));
  });

  test.each<{ add: Route; shown: object }>([
    {
      add: { destination: "10.2.0.0/16", gateway: "10.1.0.2", protocol: 86 },
      shown: { dst: "10.2.0.0/16", gateway: "10.1.0.2", dev: "a", protocol: "86", scope: "global" },
    },
    {
      add: { destination: "0.0.0.0/0", gateway: "10.1.0.254", priority: 50 },
      shown: { dst: "default", gateway: "10.1.0.254", metric: 50, protocol: "static" },
    },
    {
      add: { destination: "10.3.0.0/24", gateway: "192.0.2.9", onLink: true },
      shown: { dst: "10.3.0.0/24", gateway: "192.0.2.9", flags: ["onlink"] },
    },
    {
      add: {
        destination: "10.4.0.7/32",
        scope: 253,
        preferredSource: "10.1.0.1",
        mtuBytes: 1400,
        advertisedMssBytes: 1300,
      },
      shown: {
        dst: "10.4.0.7",
        scope: "link",
        prefsrc: "10.1.0.1",
        metrics: [{ mtu: 1400, advmss: 1300 }],
      },
    },
    {
      add: { destination: "10.5.0.0/16", table: 1000 },
      shown: { dst: "10.5.0.0/16", table: "1000", scope: "link" },
    },
    {
      add: { destination: "10.6.0.0/16", gateway: "fe80::7" },
      shown: { dst: "10.6.0.0/16", via: { family: "inet6", host: "fe80::7" } },
    },
    {
      add: { destination: "fd01::/64", gateway: "fd00::2", protocol: 86 },
      shown: { dst: "fd01::/64", gateway: "fd00::2", metric: 1024, protocol: "86" },
    },
    {
      add: { destination: "::/0", gateway: "fe80::1", priority: 9, mtuBytes: 1400 },
      shown: { dst: "default", gateway: "fe80::1", metric: 9, metrics: [{ mtu: 1400 }] },
    },
  ])("$add.destination", ({ add, shown }) => {
    const wanted: Route = { ...add, linkIndex };
    const family = add.destination.includes(":") ? 6 : 4;
    const shownNow = () =>
      node.json("ip", `-${family}`, "route", "show", "table", String(add.table ?? "all"));
    route.apply(addRoute(wanted));
    const { table: _, ...rest } = shown as { table?: string };
    expect(shownNow()).toContainEqual(expect.objectContaining(rest));
    const table = add.table ?? 254;
    expect(route.routes({ family, table })).toContainEqual(expect.objectContaining(wanted));
    expect(() => route.apply(addRoute(wanted))).toThrow("EEXIST");
    route.apply(addRoute(wanted, "replace"));
    expect(
      route.routes({ family, table }).filter((one) => one.destination === add.destination),
    ).toHaveLength(1);
    route.apply(deleteRoute(wanted));
    expect(shownNow()).not.toContainEqual(expect.objectContaining(rest));
    expect(() => route.apply(deleteRoute(wanted))).toThrow("ESRCH");
  });

  test.each(["blackhole", "unreachable", "prohibit"] as const)("%s", (type) => {
    route.apply(addRoute({ destination: "10.9.0.0/16", type }));
    expect(node.json("ip", "route")).toContainEqual(
      expect.objectContaining({ type, dst: "10.9.0.0/16" }),
    );
    expect(route.routes({ family: 4 })).toContainEqual(expect.objectContaining({ type }));
  });

  test("by owner: what another run left is found by its protocol number", () => {
    for (const destination of ["10.7.0.0/24", "10.8.0.0/24"])
      route.apply(addRoute({ destination, linkIndex, protocol: 86 }));
    const own = route.routes({ protocol: 86 }).map(({ destination }) => destination);
    expect(own).toEqual(["10.7.0.0/24", "10.8.0.0/24"]);
    expect(route.routes({ family: 4, linkIndex, protocol: 2, table: 254 })).toMatchObject([
      { destination: "10.1.0.0/24", scope: 253, preferredSource: "10.1.0.1" },
    ]);
  });

  test("several next hops, and a replaced gateway", () => {
    const hops = ["nexthop", "via", "10.1.0.2", "weight", "3", "nexthop", "via", "10.1.0.3"];
    node.run("ip", "route", "add", "10.2.0.0/16", ...hops);
    const nextHops = [
      { gateway: "10.1.0.2", linkIndex, weight: 3 },
      { gateway: "10.1.0.3", linkIndex, weight: 1 },
    ];
    const several = () => route.routes({ family: 4 }).find((one) => one.nextHops.length > 0);
    const madeByIp = several();
    expect(madeByIp?.nextHops).toEqual(nextHops);
    route.apply(addRoute({ destination: "10.2.0.0/16", nextHops, protocol: 3 }, "replace"));
    expect(several()).toEqual(madeByIp);
    route.apply(addRoute({ destination: "10.2.0.0/16", gateway: "10.1.0.9" }, "replace"));
    expect(route.routeTo("10.2.0.1")).toMatchObject({ gateway: "10.1.0.9", linkIndex });
    expect(route.routeTo("10.1.0.77")?.gateway).toBeUndefined();
    expect(route.routeTo("192.0.2.1")).toBeUndefined();
    expect(route.routeTo("fd00::9")).toMatchObject({ linkIndex });
  });

  test("a gateway that is not on the link is refused in the kernel's words", () => {
    const off = addRoute({ destination: "10.2.0.0/16", gateway: "192.0.2.1", linkIndex });
    expect(() => route.apply(off)).toThrow("via 192.0.2.1");
    expect(() => route.apply(off)).toThrow("ENETUNREACH: Nexthop has invalid gateway");
  });
});

describeWhere(["podNetworks"], "neighbours and forwarding", () => {
  test.each(["10.1.0.9", "fd00::9"])("neighbour %s", (address) => {
    const own = { linkIndex, address, mac: "02:00:00:00:00:09", state: "permanent" as const };
    route.apply(setNeighbour({ ...own, mac: "02:00:00:00:00:08" }));
    route.apply(setNeighbour(own));
    const shown = { dst: address, dev: "a", lladdr: own.mac, state: ["PERMANENT"] };
    expect(node.json("ip", "neigh")).toContainEqual(expect.objectContaining(shown));
    expect(route.neighbours({ linkIndex })).toContainEqual({ ...own, externallyLearned: false });
    expect(route.neighbours({ linkIndex: 1 })).toEqual([]);
    route.apply(deleteNeighbour(own));
    expect(route.neighbours({ linkIndex }).filter(({ state }) => state === "permanent")).toEqual(
      [],
    );
  });

  test("a vxlan's own table: where a MAC address is, and floods to several", () => {
    const vxlan = { vni: 1, port: 8472, local: "127.0.0.1", learning: false };
    route.apply(createLink({ kind: "vxlan", name: "fl.1", up: true, vxlan }));
    const own: ForwardingEntry = {
      linkIndex: route.link("fl.1")?.index ?? 0,
      mac: "02:00:00:00:00:07",
      table: "self",
      state: "permanent",
      remote: "192.0.2.7",
    };
    route.apply(setForwarding({ ...own, remote: "192.0.2.1" }));
    route.apply(setForwarding(own));
    const flood = { ...own, mac: "00:00:00:00:00:00" };
    route.apply(setForwarding(flood, "append"));
    route.apply(setForwarding({ ...flood, remote: "192.0.2.8" }, "append"));
    expect(
      node
        .json("bridge", "fdb", "show", "dev", "fl.1")
        .map(({ mac, dst }) => `${mac} ${dst}`)
        .sort(),
    ).toEqual(
      route
        .forwarding(own.linkIndex)
        .map(({ mac, remote }) => `${mac} ${remote}`)
        .sort(),
    );
    expect(route.forwarding(own.linkIndex)).toContainEqual({ ...own, externallyLearned: false });
    expect(route.forwarding(own.linkIndex)).toHaveLength(3);
    route.apply(deleteForwarding(own));
    expect(route.forwarding(own.linkIndex)).toHaveLength(2);
    const words = ["dev", "fl.1", "dst", "192.0.2.7", "self", "permanent"];
    node.run("bridge", "fdb", "add", own.mac, ...words);
    expect(route.forwarding(own.linkIndex)).toContainEqual({ ...own, externallyLearned: false });
  });

  test("a bridge's table for a port", () => {
    route.apply(createLink({ kind: "bridge", name: "br0", up: true }));
    node.run("ip", "link", "set", "dev", "a", "master", "br0");
    const own = { linkIndex, mac: "02:00:00:00:00:05", table: "master", state: "noarp" } as const;
    route.apply(setForwarding(own));
    expect(node.json("bridge", "fdb", "show", "dev", "a")).toContainEqual(
      expect.objectContaining({ mac: own.mac, master: "br0", state: "static" }),
    );
    expect(route.forwarding(linkIndex)).toContainEqual(expect.objectContaining(own));
    expect(route.forwarding(1)).toEqual([]);
  });
});
