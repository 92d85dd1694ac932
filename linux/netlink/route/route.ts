import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../abi.ts";
import type { NetlinkRequest } from "../contract.ts";
import { addressFamily, encodeIp, encodePrefix, type IpFamily, type Prefix } from "../ip.ts";
import { NetlinkWriter } from "../writer.ts";
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTA,
  RTAX,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTMSG_BYTES,
  RTNEXTHOP_BYTES,
  RTNH_F_ONLINK,
  RTPROT_STATIC,
} from "./abi.ts";
import type { NextHop, Route, RouteType } from "./contract.ts";

/** By RTN_*. */
export const routeTypes: readonly (RouteType | undefined)[] = [
  undefined,
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
];

const modes = {
  create: NLM_F_CREATE | NLM_F_EXCL,
  replace: NLM_F_CREATE | NLM_F_REPLACE,
  append: NLM_F_CREATE | NLM_F_APPEND,
};

/**
 * Makes a route.
 * @param mode "replace" takes the place of the one with the same destination, priority and table, if there is one;
 *   "create" then fails with EEXIST
 */
export function addRoute(route: Route, mode: keyof typeof modes = "create"): NetlinkRequest {
  return {
    operation: `add the route ${describe(route)}`,
    type: RTM_NEWROUTE,
    flags: modes[mode],
    body: encode(route),
  };
}

/** Deletes the first route that agrees with what is given; destination, table and priority should be. */
export function deleteRoute(route: Route): NetlinkRequest {
  const { protocol = 0, scope = RT_SCOPE_NOWHERE } = route;
  return {
    operation: `delete the route ${describe(route)}`,
    type: RTM_DELROUTE,
    flags: 0,
    body: encode({ ...route, protocol, scope }),
  };
}

export interface RouteFilter {
  readonly family?: IpFamily;
  readonly table?: number;
  readonly protocol?: number;
  readonly linkIndex?: number;
}

/** For a dump, read with readRoute(). The kernel filters; without a table those of all tables come. */
export function listRoutes(filter: RouteFilter = {}): NetlinkRequest {
  const { family, table, protocol, linkIndex } = filter;
  const rtmsg = header({
    family: family === undefined ? 0 : addressFamily(family),
    protocol: protocol ?? 0,
  });
  const writer = new NetlinkWriter().raw(rtmsg);
  if (table !== undefined) writer.u32(RTA.TABLE, table);
  if (linkIndex !== undefined) writer.u32(RTA.OIF, linkIndex);
  return { operation: "list routes", type: RTM_GETROUTE, flags: 0, body: writer.finish() };
}

/** Asks which way a packet to the address would go; read with readRoute(). */
export function lookUpRoute(address: string): NetlinkRequest {
  const { family, bytes, lengthBits } = encodePrefix(address);
  const writer = new NetlinkWriter();
  writer.raw(header({ family: addressFamily(family), lengthBits })).bytes(RTA.DST, bytes);
  return {
    operation: `look up the route to ${address}`,
    type: RTM_GETROUTE,
    flags: 0,
    body: writer.finish(),
  };
}

function encode(route: Route): Buffer {
  const destination = encodePrefix(route.destination);
  const { gateway, linkIndex, preferredSource, priority, mtuBytes, advertisedMssBytes } = route;
  const { nextHops = [] } = route;
  const table = route.table ?? RT_TABLE_MAIN;
  const writer = new NetlinkWriter().raw(
    header({
      family: addressFamily(destination.family),
      lengthBits: destination.lengthBits,
      // Tables beyond 8 bits are in the attribute alone.
      table: table < 256 ? table : 0,
      protocol: route.protocol ?? RTPROT_STATIC,
      scope: route.scope ?? usualScope(route, destination.family),
      type: routeTypes.indexOf(route.type ?? "unicast"),
      flags: route.onLink === true ? RTNH_F_ONLINK : 0,
    }),
  );
  if (destination.lengthBits > 0) writer.bytes(RTA.DST, destination.bytes);
  if (gateway !== undefined) writeGateway(writer, destination, gateway);
  if (linkIndex !== undefined) writer.u32(RTA.OIF, linkIndex);
  if (nextHops.length > 0) writer.bytes(RTA.MULTIPATH, encodeNextHops(destination, nextHops));
  if (preferredSource !== undefined) writer.bytes(RTA.PREFSRC, encodeIp(preferredSource));
  if (priority !== undefined) writer.u32(RTA.PRIORITY, priority);
  writer.u32(RTA.TABLE, table);
  if (mtuBytes !== undefined || advertisedMssBytes !== undefined)
    writer.nested(RTA.METRICS, () => {
      if (mtuBytes !== undefined) writer.u32(RTAX.MTU, mtuBytes);
      if (advertisedMssBytes !== undefined) writer.u32(RTAX.ADVMSS, advertisedMssBytes);
    });
  return writer.finish();
}

/** Of each a struct rtnexthop and its gateway. */
function encodeNextHops(destination: Prefix, hops: readonly NextHop[]): Buffer {
  const encoded = hops.map(({ gateway, linkIndex, weight }) => {
    const bytes = new NetlinkWriter().raw(Buffer.alloc(RTNEXTHOP_BYTES));
    if (gateway !== undefined) writeGateway(bytes, destination, gateway);
    const hop = bytes.finish();
    hop.writeUInt16LE(hop.length, 0);
    hop.writeUInt8(weight - 1, 3);
    hop.writeInt32LE(linkIndex, 4);
    return hop;
  });
  return Buffer.concat(encoded);
}

/** RTA_VIA for a gateway of the other family: a struct rtvia, the family (u16) and the address. */
function writeGateway(writer: NetlinkWriter, destination: Prefix, gateway: string): void {
  const bytes = encodeIp(gateway);
  if (bytes.length === destination.bytes.length) writer.bytes(RTA.GATEWAY, bytes);
  else {
    const family = addressFamily(bytes.length === 4 ? 4 : 6);
    writer.bytes(RTA.VIA, Buffer.concat([Buffer.from([family, 0]), bytes]));
  }
}

/** As ip-route(8): IPv4 to a link itself is of the link, to this machine of the host. IPv6 knows no scopes. */
function usualScope(route: Route, family: IpFamily): number {
  if (family === 6) return RT_SCOPE_UNIVERSE;
  if (route.type === "local") return RT_SCOPE_HOST;
  const direct = route.type === undefined || route.type === "unicast";
  const linkAlone = [route, ...(route.nextHops ?? [])].every(
    ({ gateway }) => gateway === undefined,
  );
  return direct && linkAlone ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

/** A struct rtmsg. */
function header(fields: {
  readonly family: number;
  readonly lengthBits?: number;
  readonly table?: number;
  readonly protocol?: number;
  readonly scope?: number;
  readonly type?: number;
  readonly flags?: number;
}): Buffer {
  const bytes = Buffer.alloc(RTMSG_BYTES);
  bytes.writeUInt8(fields.family, 0);
  bytes.writeUInt8(fields.lengthBits ?? 0, 1);
  bytes.writeUInt8(fields.table ?? 0, 4);
  bytes.writeUInt8(fields.protocol ?? 0, 5);
  bytes.writeUInt8(fields.scope ?? 0, 6);
  bytes.writeUInt8(fields.type ?? 0, 7);
  bytes.writeUInt32LE(fields.flags ?? 0, 8);
  return bytes;
}

function describe({ destination, gateway, linkIndex, nextHops = [] }: Route): string {
  const gateways = gateway === undefined ? nextHops.map((hop) => hop.gateway) : [gateway];
  const via = gateways.map((each) => ` via ${each}`).join("");
  return `${destination}${via}${linkIndex === undefined ? "" : ` on link ${linkIndex}`}`;
}
