import { describe, expect, it } from "vitest";
import type { ServiceTraffic } from "#cluster/contract.ts";
import type { ServicePlan } from "../contract.ts";
import { planOf, service, slice } from "../plan/test-objects.ts";
import { RefusingFrontends } from "./refusing-frontends.ts";

const vip = "10.0.0.1 80";
const nodePort = "192.0.2.1 30080";
const balancer = "203.0.113.3 80";

function plan(endpoints: string, traffic: Partial<ServiceTraffic> = {}): ServicePlan {
  const made = planOf({
    service: service("web.shop LoadBalancer 10.0.0.1 http/TCP/80>30080", {
      loadBalancerIngress: [{ ip: "203.0.113.3", ipMode: "VIP" }],
      ...traffic,
    }),
    slices: [slice(`a.shop of web IPv4 http/TCP/8080 | ${endpoints}`)],
  });
  if (made === undefined) throw new Error("the Service is proxied");
  return made;
}

/** "ADDRESS PORT: cause since seconds" of those that refuse. */
function shown(frontends: RefusingFrontends): string[] {
  return [vip, nodePort, balancer].flatMap((text) => {
    const [address = "", port] = text.split(" ");
    const found = frontends.at("TCP", address, Number(port));
    return found === undefined ? [] : [`${text}: ${found.cause} ${found.sinceMs}`];
  });
}

const everywhere = (cause: string) => [vip, nodePort, balancer].map((at) => `${at}: ${cause} 1`);

describe("of a plan", () => {
  it.each<[string, ServicePlan, string[]]>([
    ["with endpoints", plan("10.1.0.1@n1"), []],
    ["without endpoints", plan(""), everywhere("no-endpoints")],
    ["with none that is ready", plan("10.1.0.1@n1!"), everywhere("no-endpoints")],
    [
      "with source ranges",
      plan("10.1.0.1@n1", { loadBalancerSourceRanges: ["198.51.100.0/24"] }),
      [`${balancer}: source-ranges 1`],
    ],
    [
      "with internalTrafficPolicy Local and none here",
      plan("10.1.0.2@n2", { internalTrafficPolicy: "Local" }),
      [`${vip}: none-local-internal 1`],
    ],
    [
      // Rewritten to the ClusterIP by then, traffic from outside is dropped there.
      "with externalTrafficPolicy Local and none here",
      plan("10.1.0.2@n2", { externalTrafficPolicy: "Local" }),
      everywhere("none-local-external"),
    ],
    [
      "with both and none here",
      plan("10.1.0.2@n2", { internalTrafficPolicy: "Local", externalTrafficPolicy: "Local" }),
      [
        `${vip}: none-local-internal 1`,
        `${nodePort}: none-local-external 1`,
        `${balancer}: none-local-external 1`,
      ],
    ],
  ])("%s", (_case, changed, expected) => {
    const frontends = new RefusingFrontends(() => 1);
    frontends.apply({ changed: [changed], removed: [] });
    expect(shown(frontends)).toEqual(expected);
  });
});

it("keeps the time while the cause stays, and forgets what ends", () => {
  let nowMs = 1;
  const frontends = new RefusingFrontends(() => nowMs);
  const apply = (...changed: ServicePlan[]) => frontends.apply({ changed, removed: [] });
  apply(plan(""));
  nowMs = 2;
  apply(plan("10.1.0.1@n1!"));
  expect(shown(frontends)).toEqual(everywhere("no-endpoints"));
  apply(plan("10.1.0.1@n1"));
  expect(frontends.size).toBe(0);
  nowMs = 3;
  apply(plan(""));
  expect(shown(frontends)[0]).toBe(`${vip}: no-endpoints 3`);
  nowMs = 4;
  apply(plan("10.1.0.2@n2", { internalTrafficPolicy: "Local" }));
  expect(shown(frontends)).toEqual([`${vip}: none-local-internal 4`]);
  frontends.apply({ changed: [], removed: [{ namespace: "shop", name: "web" }] });
  expect(frontends.size).toBe(0);
});
