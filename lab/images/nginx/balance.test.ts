import { expect, test } from "vitest";
import { type Balancer, createBalancer } from "./balance.ts";
import type { Peer, Upstream } from "./contract.ts";

const peer = (address: string, more: Partial<Peer> = {}): Peer => ({
  address,
  port: 80,
  weight: 1,
  maxFails: 1,
  failTimeoutMs: 10_000,
  isBackup: false,
  ...more,
});

function balancerOf(peers: readonly Peer[], balance: Upstream["balance"] = "roundRobin") {
  const clock = { nowMs: 0 };
  return { clock, balancer: createBalancer({ name: "u", balance, peers }, () => clock.nowMs) };
}

/** Addresses of the next requests, each ended at once. */
function next(balancer: Balancer, count: number, client = "10.0.0.1"): string {
  return Array.from({ length: count }, () => {
    const chosen = balancer.next(new Set(), client);
    if (chosen !== undefined) balancer.ended(chosen);
    return chosen?.address ?? "-";
  }).join(" ");
}

test("weights are spread smoothly", () => {
  const { balancer } = balancerOf([peer("a", { weight: 5 }), peer("b"), peer("c")]);
  expect(next(balancer, 7)).toBe("a a b a c a a");
});

test("a peer that failed is left out until its time is over", () => {
  const [a, b] = [peer("a"), peer("b")];
  const { balancer, clock } = balancerOf([a, b]);
  balancer.failed(a);
  expect(next(balancer, 3)).toBe("b b b");
  clock.nowMs = 10_001;
  expect(next(balancer, 4).split(" ").sort().join(" ")).toBe("a a b b");
});

test("max_fails=0 and a peer alone are never left out", () => {
  const never = peer("a", { maxFails: 0 });
  const { balancer } = balancerOf([never, peer("b")]);
  balancer.failed(never);
  expect(next(balancer, 2)).toBe("a b");
  const alone = peer("c");
  const { balancer: one } = balancerOf([alone]);
  one.failed(alone);
  expect(next(one, 2)).toBe("c c");
});

test("backups come when no other is left", () => {
  const main = peer("a");
  const { balancer } = balancerOf([main, peer("b", { isBackup: true })]);
  expect(next(balancer, 2)).toBe("a a");
  expect(balancer.next(new Set([main]), "10.0.0.1")?.address).toBe("b");
});

test("nothing is left for a request that has tried all", () => {
  const [a, b] = [peer("a"), peer("b")];
  expect(balancerOf([a, b]).balancer.next(new Set([a, b]), "10.0.0.1")).toBeUndefined();
});

test("least_conn takes the peer with fewest requests under way", () => {
  const { balancer } = balancerOf([peer("a"), peer("b")], "leastConnections");
  const held = balancer.next(new Set(), "10.0.0.1");
  expect(next(balancer, 3)).toBe(held?.address === "a" ? "b b b" : "a a a");
});

test("ip_hash keeps clients of one /24 together", () => {
  const { balancer } = balancerOf([peer("a"), peer("b"), peer("c")], "clientAddress");
  const [first] = next(balancer, 1, "10.0.0.1").split(" ");
  expect(next(balancer, 3, "10.0.0.77")).toBe(`${first} ${first} ${first}`);
  const all = Array.from({ length: 32 }, (_, subnet) => next(balancer, 1, `10.0.${subnet}.1`));
  expect(new Set(all).size).toBe(3);
});
