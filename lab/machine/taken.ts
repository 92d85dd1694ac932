import ipaddr from "ipaddr.js";
import { openRoute } from "#linux/netlink/route/socket.ts";
import { FairleadError } from "#observe/errors.ts";

interface KnownRoute {
  readonly destination: string;
  readonly linkIndex?: number | undefined;
}

/** The first of the routes that leads into the subnet, or whose network holds it. Default routes lead anywhere. */
export function routeInto<Known extends KnownRoute>(
  subnet: string,
  routes: readonly Known[],
): Known | undefined {
  const wanted = ipaddr.parseCIDR(subnet);
  return routes.find(({ destination }) => {
    const there = ipaddr.parseCIDR(destination);
    if (there[1] === 0 || there[0].kind() !== wanted[0].kind()) return false;
    const shorter = Math.min(there[1], wanted[1]);
    return there[0].match(wanted[0], shorter);
  });
}

/** @throws FairleadError FL-M002 where the machine has a way into the subnet already */
export function refuseTakenSubnet(subnet: string): void {
  const socket = openRoute();
  try {
    const taken = routeInto(subnet, socket.routes({ family: 4 }));
    if (taken === undefined) return;
    const link = taken.linkIndex === undefined ? undefined : socket.link(taken.linkIndex);
    const by = link === undefined ? "" : ` on ${link.name}`;
    throw new FairleadError(
      "FL-M002",
      `the subnet ${subnet} is in use: this machine has a route to ${taken.destination}${by}`,
    );
  } finally {
    socket.close();
  }
}
