import { NETLINK_ROUTE } from "../abi.ts";
import type { NetlinkReply } from "../contract.ts";
import { type Subscription, subscribe } from "../subscription.ts";
import {
  AF_BRIDGE,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
} from "./abi.ts";
import { readAddress } from "./address.ts";
import type { RouteEvent } from "./contract.ts";
import { readLink } from "./link-read.ts";
import { readForwarding, readNeighbour } from "./neighbour.ts";
import { readRoute } from "./route-read.ts";

/** RTNLGRP_*. Forwarding entries of bridges and vxlan devices come with the neighbours. */
const groups = {
  links: [1],
  addresses: [5, 9],
  routes: [7, 11],
  neighbours: [3],
} as const;

export interface RouteSubscriber {
  onEvent(event: RouteEvent): void;
  /** Events were lost: read the tables anew. */
  onOverrun(): void;
}

/**
 * Tells of every change in the namespace, whoever made it. A link may be told of several times for one change.
 * @throws SystemCallError when there is no such namespace
 */
export function monitorRoute(
  options: {
    readonly namespacePath?: string;
    readonly of: readonly (keyof typeof groups)[];
    readonly receiveBufferBytes?: number;
  },
  subscriber: RouteSubscriber,
): Subscription {
  const { of, ...rest } = options;
  return subscribe(
    { protocol: NETLINK_ROUTE, groups: of.flatMap((kind) => groups[kind]), ...rest },
    {
      onEvent(message) {
        const event = readRouteEvent(message);
        if (event !== undefined) subscriber.onEvent(event);
      },
      onOverrun: subscriber.onOverrun,
    },
  );
}

/**
 * Undefined for what is no such change, or of families other than IP.
 * @throws NetlinkFormatError when it is malformed
 */
function readRouteEvent(message: NetlinkReply): RouteEvent | undefined {
  switch (message.type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const gone = message.type === RTM_DELLINK;
      // A bridge's word on its port: with DELLINK the port left the bridge, and the link itself is still there.
      if (message.body.readUInt8(0) === AF_BRIDGE) return undefined;
      return { kind: gone ? "link-gone" : "link", link: readLink(message) };
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const address = readAddress(message);
      const kind = message.type === RTM_DELADDR ? "address-gone" : "address";
      return address && { kind, address };
    }
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
      const route = readRoute(message);
      return route && { kind: message.type === RTM_DELROUTE ? "route-gone" : "route", route };
    }
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH: {
      const gone = message.type === RTM_DELNEIGH;
      const neighbour = readNeighbour(message);
      if (neighbour !== undefined)
        return { kind: gone ? "neighbour-gone" : "neighbour", neighbour };
      const entry = readForwarding(message);
      return entry && { kind: gone ? "forwarding-gone" : "forwarding", entry };
    }
    default:
      return undefined;
  }
}
