import { NLM_F_CREATE, NLM_F_EXCL } from "../abi.ts";
import type { NetlinkRequest } from "../contract.ts";
import { addressFamily, type IpFamily } from "../ip.ts";
import { NFNL_SUBSYS_CTNETLINK, netfilterHeader, netfilterType } from "../netfilter.ts";
import { NetlinkWriter } from "../writer.ts";
import {
  CTA,
  CTA_FILTER,
  CTA_PROTO,
  CTA_TUPLE,
  FILTER_PROTOCOL,
  IPCTNL_MSG_CT,
  IPS,
} from "./abi.ts";
import type { Connection, ConnectionFilter, NewConnection, Tuple } from "./contract.ts";
import { writeTuple } from "./tuple.ts";

const type = (message: number): number => netfilterType(NFNL_SUBSYS_CTNETLINK, message);

/**
 * For a dump, read with readConnection(). The kernel filters by mark and family, and with a family by protocol (since
 * 5.8; others of the protocol may come from older ones).
 */
export function listConnections(filter: ConnectionFilter = {}): NetlinkRequest {
  const { family, protocol, mark } = filter;
  const writer = new NetlinkWriter();
  writer.raw(netfilterHeader(family === undefined ? 0 : addressFamily(family)));
  if (mark !== undefined) writer.u32be(CTA.MARK, mark.value).u32be(CTA.MARK_MASK, mark.mask);
  if (family !== undefined && protocol !== undefined) {
    writer.nested(CTA.TUPLE_ORIG, () =>
      writer.nested(CTA_TUPLE.PROTO, () => writer.u8(CTA_PROTO.NUM, protocol)),
    );
    writer.nested(CTA.FILTER, () =>
      writer.u32(CTA_FILTER.ORIG_FLAGS, FILTER_PROTOCOL).u32(CTA_FILTER.REPLY_FLAGS, 0),
    );
  }
  return {
    operation: "list tracked connections",
    type: type(IPCTNL_MSG_CT.GET),
    flags: 0,
    body: writer.finish(),
  };
}

/** The one with that original tuple; with an ID only if it is still that very entry (ENOENT else). */
export function deleteConnection(
  connection: Pick<Connection, "original"> & Partial<Pick<Connection, "id" | "zone">>,
): NetlinkRequest {
  const { original, id, zone } = connection;
  const writer = new NetlinkWriter().raw(netfilterHeader(addressFamily(familyOf(original))));
  writeTuple(writer, CTA.TUPLE_ORIG, original);
  if (zone !== undefined && zone !== 0) writer.u16be(CTA.ZONE, zone);
  if (id !== undefined) writer.u32be(CTA.ID, id);
  return {
    operation: `delete the tracked connection ${describe(original)}`,
    type: type(IPCTNL_MSG_CT.DELETE),
    flags: 0,
    body: writer.finish(),
  };
}

export function createConnection(connection: NewConnection): NetlinkRequest {
  const { original, reply, timeoutSeconds, mark, zone } = connection;
  const writer = new NetlinkWriter().raw(netfilterHeader(addressFamily(familyOf(original))));
  writeTuple(writer, CTA.TUPLE_ORIG, original);
  writeTuple(writer, CTA.TUPLE_REPLY, reply);
  writer.u32be(CTA.STATUS, IPS.CONFIRMED).u32be(CTA.TIMEOUT, timeoutSeconds);
  if (mark !== undefined) writer.u32be(CTA.MARK, mark);
  if (zone !== undefined) writer.u16be(CTA.ZONE, zone);
  return {
    operation: `track the connection ${describe(original)}`,
    type: type(IPCTNL_MSG_CT.NEW),
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: writer.finish(),
  };
}

/** For a dump, an entry a CPU. */
export function listCounters(): NetlinkRequest {
  return {
    operation: "read the counters of connection tracking",
    type: type(IPCTNL_MSG_CT.GET_STATS_CPU),
    flags: 0,
    body: netfilterHeader(0),
  };
}

export function getFill(): NetlinkRequest {
  return {
    operation: "read how full connection tracking is",
    type: type(IPCTNL_MSG_CT.GET_STATS),
    flags: 0,
    body: netfilterHeader(0),
  };
}

function familyOf(tuple: Tuple): IpFamily {
  return tuple.source.includes(":") ? 6 : 4;
}

function describe(tuple: Tuple): string {
  const { source, destination, protocol, sourcePort, destinationPort } = tuple;
  return `${source}:${sourcePort} to ${destination}:${destinationPort} (protocol ${protocol})`;
}
