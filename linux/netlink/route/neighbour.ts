import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from "../abi.ts";
import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import {
  addressFamily,
  decodeIp,
  decodeMac,
  encodeIp,
  encodeMac,
  type IpFamily,
  ipFamily,
} from "../ip.ts";
import { readAttributes } from "../reader.ts";
import { NetlinkWriter } from "../writer.ts";
import {
  AF_BRIDGE,
  NDA,
  NDMSG_BYTES,
  NTF,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from "./abi.ts";
import type { ForwardingEntry, Neighbour, NeighbourState } from "./contract.ts";

/** NUD_*. */
const states: Readonly<Record<NeighbourState, number>> = {
  none: 0,
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noarp: 0x40,
  permanent: 0x80,
};

/** Makes the entry, or changes the one of that address. */
export function setNeighbour(neighbour: Neighbour): NetlinkRequest {
  return {
    operation: `set the neighbour ${neighbour.address} of link ${neighbour.linkIndex}`,
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    body: encodeNeighbour(neighbour),
  };
}

export function deleteNeighbour(
  neighbour: Pick<Neighbour, "linkIndex" | "address">,
): NetlinkRequest {
  return {
    operation: `delete the neighbour ${neighbour.address} of link ${neighbour.linkIndex}`,
    type: RTM_DELNEIGH,
    flags: 0,
    body: encodeNeighbour({ ...neighbour, mac: "", state: "none" }),
  };
}

/** For a dump, read with readNeighbour(). */
export function listNeighbours(
  filter: { readonly family?: IpFamily; readonly linkIndex?: number } = {},
): NetlinkRequest {
  const { family, linkIndex } = filter;
  const writer = new NetlinkWriter();
  writer.raw(header({ family: family === undefined ? 0 : addressFamily(family) }));
  if (linkIndex !== undefined) writer.u32(NDA.IFINDEX, linkIndex);
  return { operation: "list neighbours", type: RTM_GETNEIGH, flags: 0, body: writer.finish() };
}

/**
 * Reads an RTM_NEWNEIGH or RTM_DELNEIGH; undefined for families other than IP.
 * @throws NetlinkFormatError when it is malformed
 */
export function readNeighbour({ body }: Pick<NetlinkReply, "body">): Neighbour | undefined {
  if (ipFamily(body.readUInt8(0)) === undefined) return undefined;
  const { linkIndex, state, externallyLearned } = readHeader(body);
  let address = "";
  let mac = "";
  readAttributes(body, NDMSG_BYTES, (attribute) => {
    if (attribute.type === NDA.DST) address = decodeIp(attribute.bytes());
    if (attribute.type === NDA.LLADDR) mac = decodeMac(attribute.bytes());
  });
  return { linkIndex, address, mac, state, externallyLearned };
}

/**
 * Makes the entry, or changes where the MAC address is.
 * @param mode "append" adds one more remote, which the all-zero address of a vxlan can have
 */
export function setForwarding(
  entry: ForwardingEntry,
  mode: "replace" | "append" = "replace",
): NetlinkRequest {
  return {
    operation: `set the forwarding of ${entry.mac} on link ${entry.linkIndex}`,
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | (mode === "append" ? NLM_F_APPEND : NLM_F_REPLACE),
    body: encodeForwarding(entry),
  };
}

export function deleteForwarding(entry: ForwardingEntry): NetlinkRequest {
  return {
    operation: `delete the forwarding of ${entry.mac} on link ${entry.linkIndex}`,
    type: RTM_DELNEIGH,
    flags: 0,
    body: encodeForwarding(entry),
  };
}

/** For a dump of one device's entries (its own, and those a bridge has for it), read with readForwarding(). */
export function listForwarding(linkIndex: number): NetlinkRequest {
  const body = header({ family: AF_BRIDGE, linkIndex });
  return { operation: "list forwarding entries", type: RTM_GETNEIGH, flags: 0, body };
}

/** @throws NetlinkFormatError when it is malformed */
export function readForwarding({ body }: Pick<NetlinkReply, "body">): ForwardingEntry | undefined {
  if (body.readUInt8(0) !== AF_BRIDGE) return undefined;
  const { linkIndex, state, externallyLearned, flags } = readHeader(body);
  let mac = "";
  let remote: string | undefined;
  let vlanId: number | undefined;
  readAttributes(body, NDMSG_BYTES, (attribute) => {
    if (attribute.type === NDA.LLADDR) mac = decodeMac(attribute.bytes());
    if (attribute.type === NDA.DST) remote = decodeIp(attribute.bytes());
    if (attribute.type === NDA.VLAN) vlanId = attribute.u16();
  });
  return {
    linkIndex,
    mac,
    table: (flags & NTF.SELF) !== 0 ? "self" : "master",
    state,
    ...(remote === undefined ? {} : { remote }),
    ...(vlanId === undefined ? {} : { vlanId }),
    externallyLearned,
  };
}

function encodeNeighbour(neighbour: Neighbour): Buffer {
  const bytes = encodeIp(neighbour.address);
  const family = addressFamily(bytes.length === 4 ? 4 : 6);
  const flags = neighbour.externallyLearned === true ? NTF.EXT_LEARNED : 0;
  const { linkIndex, state, mac } = neighbour;
  const writer = new NetlinkWriter().raw(header({ family, linkIndex, state, flags }));
  writer.bytes(NDA.DST, bytes);
  if (mac !== "") writer.bytes(NDA.LLADDR, encodeMac(mac));
  return writer.finish();
}

function encodeForwarding(entry: ForwardingEntry): Buffer {
  const { linkIndex, state } = entry;
  const flags =
    (entry.table === "self" ? NTF.SELF : NTF.MASTER) |
    (entry.externallyLearned === true ? NTF.EXT_LEARNED : 0);
  const writer = new NetlinkWriter().raw(header({ family: AF_BRIDGE, linkIndex, state, flags }));
  writer.bytes(NDA.LLADDR, encodeMac(entry.mac));
  if (entry.remote !== undefined) writer.bytes(NDA.DST, encodeIp(entry.remote));
  if (entry.vlanId !== undefined) writer.u16(NDA.VLAN, entry.vlanId);
  return writer.finish();
}

/** A struct ndmsg. */
function header(fields: {
  readonly family: number;
  readonly linkIndex?: number;
  readonly state?: NeighbourState;
  readonly flags?: number;
}): Buffer {
  const bytes = Buffer.alloc(NDMSG_BYTES);
  bytes.writeUInt8(fields.family, 0);
  bytes.writeInt32LE(fields.linkIndex ?? 0, 4);
  bytes.writeUInt16LE(states[fields.state ?? "none"], 8);
  bytes.writeUInt8(fields.flags ?? 0, 10);
  return bytes;
}

function readHeader(body: Buffer) {
  const number = body.readUInt16LE(8);
  const flags = body.readUInt8(10);
  // `bridge fdb add` marks what is to last as NOARP, too.
  const single = (number & states.permanent) !== 0 ? states.permanent : number;
  const known = Object.entries(states).find(([, state]) => state === single);
  return {
    linkIndex: body.readInt32LE(4),
    // The table's keys are all the states there are.
    state: (known?.[0] ?? "none") as NeighbourState,
    flags,
    externallyLearned: (flags & NTF.EXT_LEARNED) !== 0,
  };
}
