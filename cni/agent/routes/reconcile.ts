import {
  deleteForwarding,
  deleteNeighbour,
  setForwarding,
  setNeighbour,
} from "#linux/netlink/route/neighbour.ts";
import { addRoute, deleteRoute } from "#linux/netlink/route/route.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { DesiredRoutes, RoutedNode, RouteOptions } from "./contract.ts";
import { desiredRoutes } from "./desired.ts";
import { diffRoutes, RTPROT_FAIRLEAD, type Step } from "./diff.ts";
import { ensureTunnel, removeTunnel } from "./tunnel.ts";
import { readUnderlay } from "./underlay.ts";

export interface Reconciled {
  readonly desired: DesiredRoutes;
  readonly steps: readonly Step[];
  /** What could not be done, a sentence each; the rest is done all the same. */
  readonly failures: readonly string[];
}

/**
 * Compares what should lead to the other nodes with what the kernel has, and mends the difference. Events lost,
 * restarts, a device that somebody deleted: all are but another difference.
 * @returns undefined while this node's address is on no link
 */
export function reconcileRoutes(
  route: RouteSocket,
  own: RoutedNode,
  others: readonly RoutedNode[],
  options: RouteOptions,
): Reconciled | undefined {
  const underlay = readUnderlay(route, own);
  if (underlay === undefined) return undefined;
  const desired = desiredRoutes(own, others, underlay, options);
  const { tunnel } = desired;
  const tunnelIndex = tunnel === undefined ? undefined : ensureTunnel(route, tunnel);
  const present = {
    routes: route.routes({ protocol: RTPROT_FAIRLEAD }),
    neighbours:
      tunnelIndex === undefined
        ? []
        : route
            .neighbours({ linkIndex: tunnelIndex })
            .filter((each) => each.linkIndex === tunnelIndex && each.state === "permanent"),
    forwarding:
      tunnelIndex === undefined
        ? []
        : route.forwarding(tunnelIndex).filter((each) => each.table === "self"),
  };
  const steps = diffRoutes(desired, tunnelIndex, present);
  const failures = steps.flatMap((step) => attempt(route, step));
  if (tunnel === undefined) removeTunnel(route, `fairlead.${options.vni}`);
  return { desired, steps, failures };
}

function attempt(route: RouteSocket, step: Step): readonly string[] {
  try {
    take(route, step);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function take(route: RouteSocket, step: Step): void {
  switch (step.kind) {
    case "set-neighbour":
      route.apply(setNeighbour(step.entry));
      return;
    case "delete-neighbour":
      route.applyUnless(deleteNeighbour(step.entry), "ENOENT");
      return;
    case "set-forwarding":
      route.apply(setForwarding(step.entry));
      return;
    case "delete-forwarding":
      route.applyUnless(deleteForwarding(step.entry), "ENOENT");
      return;
    case "set-route":
      route.apply(addRoute(step.entry, "replace"));
      return;
    case "delete-route":
      route.applyUnless(deleteRoute(step.entry), "ESRCH");
  }
}
