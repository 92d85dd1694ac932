import type { PresentRoute, Route } from "#linux/netlink/route/contract.ts";
import { addRoute, deleteRoute } from "#linux/netlink/route/route.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { BalancerPlan } from "./contract.ts";

/** Of the balancer's routes, by which it knows them again. */
const PROTOCOL = 88;

/** Makes the routes to be what is planned: compared with what there is, so that a missed event costs nothing. */
export function applyBalancer(route: RouteSocket, linkIndex: number, plan: BalancerPlan): void {
  const present = new Map(
    route.routes({ family: 4, protocol: PROTOCOL }).map((each) => [each.destination, each]),
  );
  for (const [address, gateways] of plan) {
    const destination = `${address}/32`;
    const there = present.get(destination);
    present.delete(destination);
    if (there === undefined || gatewaysOf(there).join() !== gateways.join())
      route.apply(addRoute(routeOver(destination, gateways, linkIndex), "replace"));
  }
  for (const destination of present.keys())
    route.applyUnless(deleteRoute({ destination, protocol: PROTOCOL }), "ESRCH");
}

function routeOver(destination: string, gateways: readonly string[], linkIndex: number): Route {
  const nextHops = gateways.map((gateway) => ({ gateway, linkIndex, weight: 1 }));
  const [only] = nextHops;
  return nextHops.length === 1 && only !== undefined
    ? { destination, protocol: PROTOCOL, gateway: only.gateway, linkIndex }
    : { destination, protocol: PROTOCOL, nextHops };
}

function gatewaysOf({ gateway, nextHops }: PresentRoute): readonly string[] {
  return gateway === undefined ? nextHops.flatMap((hop) => hop.gateway ?? []) : [gateway];
}
