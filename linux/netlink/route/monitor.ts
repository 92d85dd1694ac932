import { NETLINK_ROUTE } from "../abi.ts";
import type { NetlinkReply } from "../contract.ts";
import type { MessagePattern } from "../filter.ts";
import type { NetlinkSocketOptions } from "../socket.ts";
import { type Subscription, subscribe } from "../subscription.ts";
import {
  AF_BRIDGE,
  AF_UNSPEC,
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

/** Events of a kind, or those of them that have this scope (`LinkAddress`) or protocol (`Route`). */
type EventPattern =
  | { readonly kind: "link" | "link-gone" }
  | { readonly kind: "address" | "address-gone"; readonly scope?: number }
  | { readonly kind: "route" | "route-gone"; readonly protocol?: number };

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

/** Where struct ifaddrmsg has its scope, and struct rtmsg its protocol. */
const SCOPE_OFFSET = 3;
const PROTOCOL_OFFSET = 5;

/** All changes of some kinds of objects, or the events of these patterns: the kernel keeps the others to itself. */
export type EventSelection =
  | { readonly of: readonly (keyof typeof groups)[] }
  | { readonly only: readonly EventPattern[] };

/**
 * Tells of changes in the namespace, whoever makes them. A link may be told of several times for one change.
 * @throws SystemCallError when there is no such namespace
 */
export function monitorRoute(
  options: EventSelection & {
    readonly namespacePath?: string;
    readonly receiveBufferBytes?: number;
  },
  subscriber: RouteSubscriber,
): Subscription {
  const { namespacePath, receiveBufferBytes } = options;
  return subscribe(
    {
      protocol: NETLINK_ROUTE,
      ...selected(options),
      ...(namespacePath !== undefined && { namespacePath }),
      ...(receiveBufferBytes !== undefined && { receiveBufferBytes }),
    },
    {
      onEvent(message) {
        const event = readRouteEvent(message);
        if (event !== undefined) subscriber.onEvent(event);
      },
      onOverrun: subscriber.onOverrun,
    },
  );
}

function selected(selection: EventSelection): Pick<NetlinkSocketOptions, "groups" | "only"> {
  if ("of" in selection) return { groups: selection.of.flatMap((objects) => groups[objects]) };
  const wanted = selection.only.map(({ kind }) => groups[objectsOf[kind]]);
  return { groups: [...new Set(wanted.flat())], only: selection.only.map(messageOf) };
}

const objectsOf: Readonly<Record<EventPattern["kind"], keyof typeof groups>> = {
  link: "links",
  "link-gone": "links",
  address: "addresses",
  "address-gone": "addresses",
  route: "routes",
  "route-gone": "routes",
};

function messageOf(pattern: EventPattern): MessagePattern {
  switch (pattern.kind) {
    case "link":
    case "link-gone": {
      const type = pattern.kind === "link" ? RTM_NEWLINK : RTM_DELLINK;
      // Not a bridge's word on its port.
      return { type, bytes: [{ offset: 0, value: AF_UNSPEC }] };
    }
    case "address":
    case "address-gone": {
      const type = pattern.kind === "address" ? RTM_NEWADDR : RTM_DELADDR;
      return { type, bytes: byteAt(SCOPE_OFFSET, pattern.scope) };
    }
    case "route":
    case "route-gone": {
      const type = pattern.kind === "route" ? RTM_NEWROUTE : RTM_DELROUTE;
      return { type, bytes: byteAt(PROTOCOL_OFFSET, pattern.protocol) };
    }
  }
}

const byteAt = (offset: number, value: number | undefined): MessagePattern["bytes"] & object =>
  value === undefined ? [] : [{ offset, value }];

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
