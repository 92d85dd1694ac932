import { expect, test } from "vitest";
import type { PresentRoute } from "#linux/netlink/route/contract.ts";
import type { DesiredRoutes } from "./contract.ts";
import { diffRoutes, type PresentEntries, RTPROT_FAIRLEAD, type Step } from "./diff.ts";

const TUNNEL = 7;
const empty: PresentEntries = { routes: [], neighbours: [], forwarding: [] };
const nothing: DesiredRoutes = {
  tunnel: undefined,
  routes: [],
  neighbours: [],
  forwarding: [],
  podMtuBytes: 1450,
  ownCidrs: [],
  clusterCidrs: [],
  problems: [],
};

const mac = (last: number): string => `02:00:00:00:00:0${last}`;

/** Node `n` behind the tunnel, with its pods at 10.244.n.0/24. */
const desired = (...nodes: readonly (readonly [n: number, remote: string])[]): DesiredRoutes => ({
  ...nothing,
  routes: nodes.map(([n]) => {
    const destination = `10.244.${n}.0/24`;
    return { destination, gateway: `10.244.${n}.0`, via: { kind: "tunnel" } };
  }),
  neighbours: nodes.map(([n]) => ({ address: `10.244.${n}.0`, mac: mac(n) })),
  forwarding: nodes.map(([n, remote]) => ({ mac: mac(n), remote })),
});

/** The kernel after those steps. */
function after(steps: readonly Step[]): PresentEntries {
  const route = { type: "unicast", table: 254, priority: 0, scope: 0, nextHops: [] } as const;
  return {
    routes: steps.flatMap((step): readonly PresentRoute[] =>
      step.kind === "set-route"
        ? [{ ...route, protocol: RTPROT_FAIRLEAD, onLink: false, ...step.entry }]
        : [],
    ),
    neighbours: steps.flatMap((step) => (step.kind === "set-neighbour" ? [step.entry] : [])),
    forwarding: steps.flatMap((step) => (step.kind === "set-forwarding" ? [step.entry] : [])),
  };
}

const words = (steps: readonly Step[]): readonly string[] =>
  steps.map(({ kind, entry }) => {
    if ("destination" in entry) return `${kind} ${entry.destination}`;
    return "address" in entry ? `${kind} ${entry.address}` : `${kind} ${entry.mac} ${entry.remote}`;
  });

const two = desired([2, "192.0.2.2"], [3, "192.0.2.3"]);
const present = after(diffRoutes(two, TUNNEL, empty));

test("a new node: the route comes after what it leads through", () => {
  expect(words(diffRoutes(desired([2, "192.0.2.2"]), TUNNEL, empty))).toEqual([
    "set-neighbour 10.244.2.0",
    "set-forwarding 02:00:00:00:00:02 192.0.2.2",
    "set-route 10.244.2.0/24",
  ]);
});

test("nothing to do", () => {
  expect(diffRoutes(two, TUNNEL, present)).toEqual([]);
});

test("a node that is gone, whenever that was: the route goes first", () => {
  expect(words(diffRoutes(desired([2, "192.0.2.2"]), TUNNEL, present))).toEqual([
    "delete-route 10.244.3.0/24",
    "delete-forwarding 02:00:00:00:00:03 192.0.2.3",
    "delete-neighbour 10.244.3.0",
  ]);
});

test("another address of a node changes one entry of it", () => {
  const moved = desired([2, "192.0.2.2"], [3, "192.0.2.33"]);
  expect(words(diffRoutes(moved, TUNNEL, present))).toEqual([
    "set-forwarding 02:00:00:00:00:03 192.0.2.33",
  ]);
});

test("a tunnel that was made anew has nothing, and routes over the old one are set", () => {
  const steps = diffRoutes(two, TUNNEL + 1, { ...empty, routes: present.routes });
  expect(words(steps)).toEqual([
    "set-neighbour 10.244.2.0",
    "set-neighbour 10.244.3.0",
    "set-forwarding 02:00:00:00:00:02 192.0.2.2",
    "set-forwarding 02:00:00:00:00:03 192.0.2.3",
    "set-route 10.244.2.0/24",
    "set-route 10.244.3.0/24",
  ]);
});

test("from the tunnel to a link: the route changes before the tunnel's entries go", () => {
  const route = { destination: "10.244.2.0/24", gateway: "192.0.2.2" };
  const direct = {
    ...nothing,
    routes: [{ ...route, via: { kind: "link", linkIndex: 2 } }],
  } as const;
  const before = after(diffRoutes(desired([2, "192.0.2.2"]), TUNNEL, empty));
  expect(words(diffRoutes(direct, TUNNEL, before))).toEqual([
    "set-route 10.244.2.0/24",
    "delete-forwarding 02:00:00:00:00:02 192.0.2.2",
    "delete-neighbour 10.244.2.0",
  ]);
});

test("pods of a removed node that another one has now: no route is deleted", () => {
  const successor = {
    ...desired([3, "192.0.2.9"]),
    forwarding: [{ mac: mac(9), remote: "192.0.2.9" }],
  };
  const steps = words(
    diffRoutes(successor, TUNNEL, after(diffRoutes(desired([3, "192.0.2.3"]), TUNNEL, empty))),
  );
  expect(steps.filter((step) => step.startsWith("delete-route"))).toEqual([]);
});
