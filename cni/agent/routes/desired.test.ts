import { describe, expect, test } from "vitest";
import type { RoutedNode, RouteOptions, Underlay } from "./contract.ts";
import { desiredRoutes, vtepMac } from "./desired.ts";
import { isWithin, networkOf, routedNode } from "./nodes.ts";

const options: RouteOptions = {
  nodeName: "a",
  backend: "vxlan",
  directRouting: false,
  vni: 1,
  port: 8472,
  clusterCidrs: [],
};
const underlay: Underlay = {
  linkIndex: 2,
  mtuBytes: 1500,
  networks: [{ linkIndex: 2, address: "192.0.2.1/24" }],
};
const node = (name: string, addresses: RoutedNode["addresses"], ...podCidrs: string[]) => {
  return { name, addresses, podCidrs };
};
const a = node("a", { 4: "192.0.2.1" }, "10.244.1.0/24");
const b = node("b", { 4: "192.0.2.2" }, "10.244.2.0/24");
const far = node("far", { 4: "198.51.100.9" }, "10.244.9.0/24");

describe("vxlan", () => {
  test("route, neighbour and forwarding entry for another node", () => {
    const desired = desiredRoutes(a, [b], underlay, options);
    expect(desired).toMatchObject({
      tunnel: {
        name: "fairlead.1",
        local: "192.0.2.1",
        mtuBytes: 1450,
        mac: vtepMac("a", 1),
        addresses: ["10.244.1.0/32"],
      },
      routes: [{ destination: "10.244.2.0/24", gateway: "10.244.2.0", via: { kind: "tunnel" } }],
      neighbours: [{ address: "10.244.2.0", mac: vtepMac("b", 1) }],
      forwarding: [{ mac: vtepMac("b", 1), remote: "192.0.2.2" }],
      podMtuBytes: 1450,
      clusterCidrs: ["10.244.1.0/24", "10.244.2.0/24"],
      problems: [],
    });
  });

  test("both families in one tunnel", () => {
    const dual = node("b", b.addresses, "10.244.2.0/24", "fd00:2::/64");
    const { routes, forwarding } = desiredRoutes(a, [dual], underlay, options);
    expect(routes.map(({ gateway }) => gateway)).toEqual(["10.244.2.0", "fd00:2::"]);
    expect(forwarding).toHaveLength(1);
  });

  test.each([
    { local: { 4: "192.0.2.1" }, mtuBytes: 9000, inner: 8950 },
    { local: { 6: "2001:db8::1" }, mtuBytes: 1500, inner: 1430 },
    { local: { 4: "192.0.2.1", 6: "2001:db8::1" }, mtuBytes: 1500, inner: 1450 },
    { local: { 4: "192.0.2.1" }, mtuBytes: 65_536, inner: 65_485 },
    { local: { 4: "192.0.2.1" }, mtuBytes: 1300, inner: 1280 },
  ])("$mtuBytes bytes of $local leave $inner", ({ local, mtuBytes, inner }) => {
    const own = { ...a, addresses: local };
    expect(desiredRoutes(own, [], { ...underlay, mtuBytes }, options).tunnel?.mtuBytes).toBe(inner);
  });

  test("direct routing goes past the tunnel where a link leads to the node", () => {
    const direct = { ...options, directRouting: true };
    const { routes, forwarding } = desiredRoutes(a, [b, far], underlay, direct);
    expect(routes.map(({ via, gateway }) => [via.kind, gateway])).toEqual([
      ["link", "192.0.2.2"],
      ["tunnel", "10.244.9.0"],
    ]);
    expect(forwarding).toEqual([{ mac: vtepMac("far", 1), remote: "198.51.100.9" }]);
  });
});

test("host-gw has no tunnel, and names who is on no link", () => {
  const desired = desiredRoutes(a, [b, far], underlay, { ...options, backend: "host-gw" });
  expect(desired.tunnel).toBeUndefined();
  expect(desired.routes).toEqual([
    {
      destination: "10.244.2.0/24",
      gateway: "192.0.2.2",
      via: { kind: "link", linkIndex: 2 },
    },
  ]);
  expect(desired.problems).toEqual([
    "node far: podCIDR 10.244.9.0/24 is not reached: 198.51.100.9 is on no link of this node, which host-gw needs",
  ]);
});

test("a node that claims another's pods, or has no address, keeps nobody from being reached", () => {
  const thief = node("z", { 4: "192.0.2.9" }, "10.244.2.0/24", "10.244.1.0/24");
  const lost = node("c", {}, "10.244.3.0/24");
  const { routes, problems } = desiredRoutes(a, [thief, lost, b], underlay, options);
  expect(routes).toHaveLength(1);
  expect(problems).toEqual([
    "node c: podCIDR 10.244.3.0/24 is not reached: it has no InternalIP of the tunnel's family",
    "node z: podCIDR 10.244.2.0/24 is node b's, too",
    "node z: podCIDR 10.244.1.0/24 is node a's, too",
  ]);
});

test("the cluster's networks, where they are told", () => {
  const clusterCidrs = ["10.244.0.0/16"];
  expect(desiredRoutes(a, [b], underlay, { ...options, clusterCidrs }).clusterCidrs).toEqual(
    clusterCidrs,
  );
});

test("a Node's first InternalIP of each family, and podCIDRs without bits of the host", () => {
  const addresses = [
    { type: "Hostname", address: "a" },
    { type: "ExternalIP", address: "203.0.113.1" },
    { type: "InternalIP", address: "192.0.2.1" },
    { type: "InternalIP", address: "192.0.2.7" },
    { type: "InternalIP", address: "2001:db8::1" },
  ];
  expect(routedNode({ name: "a", addresses, podCIDRs: ["10.244.1.7/24", "none"] })).toEqual({
    node: node("a", { 4: "192.0.2.1", 6: "2001:db8::1" }, "10.244.1.0/24"),
    problems: ['node a: podCIDR "none" is no network'],
  });
});

test.each([
  ["192.0.2.9", "192.0.2.1/24", true],
  ["192.0.3.9", "192.0.2.1/23", true],
  ["192.0.4.9", "192.0.2.1/23", false],
  ["2001:db8::9", "2001:db8::1/64", true],
  ["2001:db8::9", "192.0.2.1/0", false],
])("%s is in the network of %s: %s", (address, prefix, expected) => {
  expect(isWithin(address, prefix)).toBe(expected);
});

test("networks as text", () => {
  expect(networkOf("fd00:2::9/64")).toBe("fd00:2::/64");
  expect(networkOf("10.0.0.0/33")).toBeUndefined();
});
