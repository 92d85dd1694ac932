import { NLM_F_CREATE, NLM_F_EXCL } from "../abi.ts";
import type { NetlinkRequest } from "../contract.ts";
import { encodeMac } from "../ip.ts";
import { NetlinkWriter } from "../writer.ts";
import {
  AF_INET,
  AF_UNSPEC,
  IFF_ALLMULTI,
  IFF_PROMISC,
  IFF_UP,
  IFINFOMSG_BYTES,
  IFLA,
  IFLA_INET_CONF,
  IFLA_INFO,
  IPV4_DEVCONF_ARP_NOTIFY,
  RTEXT_FILTER_SKIP_STATS,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
  RTM_SETLINK,
} from "./abi.ts";
import type { BridgeOptions, LinkChanges, NewLink, NewLinkEnd } from "./contract.ts";
import { writeKindData } from "./link-kind.ts";
import { writePortFlags } from "./port-flags.ts";

/** Makes a link. A veth's two ends come in one step, each under its name and in its namespace. */
export function createLink(link: NewLink): NetlinkRequest {
  const writer = new NetlinkWriter();
  writeNewLinkEnd(writer, link, link.up);
  if (link.masterIndex !== undefined) writer.u32(IFLA.MASTER, link.masterIndex);
  if (link.kind === "vlan") writer.u32(IFLA.LINK, link.vlan.parentIndex);
  writer.nested(IFLA.LINKINFO, () => {
    writer.string(IFLA_INFO.KIND, link.kind);
    writeKindData(writer, link, (peer) => writeNewLinkEnd(writer, peer));
  });
  return {
    operation: `make the ${link.kind} link ${link.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: writer.finish(),
  };
}

/** By index, or by name: then it can go together with what makes the link. */
export function changeLink(link: number | string, changes: LinkChanges): NetlinkRequest {
  const { mac, mtuBytes, txQueueLength, name, alias, masterIndex, namespaceFd } = changes;
  const { group, arpNotify, port } = changes;
  const flags = flagsOf(changes);
  const index = typeof link === "number" ? link : 0;
  const writer = new NetlinkWriter().raw(linkHeader({ index, ...flags }));
  if (typeof link === "string") writer.string(IFLA.ALT_IFNAME, link);
  if (mac !== undefined) writer.bytes(IFLA.ADDRESS, encodeMac(mac));
  if (mtuBytes !== undefined) writer.u32(IFLA.MTU, mtuBytes);
  if (txQueueLength !== undefined) writer.u32(IFLA.TXQLEN, txQueueLength);
  if (name !== undefined) writer.string(IFLA.IFNAME, name);
  if (alias !== undefined) writer.string(IFLA.IFALIAS, alias);
  if (masterIndex !== undefined) writer.u32(IFLA.MASTER, masterIndex);
  if (namespaceFd !== undefined) writer.u32(IFLA.NET_NS_FD, namespaceFd);
  if (group !== undefined) writer.u32(IFLA.GROUP, group);
  if (arpNotify !== undefined)
    writer.nested(IFLA.AF_SPEC, () =>
      writer.nested(AF_INET, () =>
        writer.nested(IFLA_INET_CONF, () => writer.u32(IPV4_DEVCONF_ARP_NOTIFY, Number(arpNotify))),
      ),
    );
  if (port !== undefined)
    writer.nested(IFLA.LINKINFO, () => {
      writer.string(IFLA_INFO.SLAVE_KIND, "bridge");
      writer.nested(IFLA_INFO.SLAVE_DATA, () => writePortFlags(writer, port));
    });
  return {
    operation: `change link ${link} to ${JSON.stringify(changes)}`,
    // What a link is to its master the kernel reads in this message alone.
    type: port === undefined ? RTM_SETLINK : RTM_NEWLINK,
    flags: 0,
    body: writer.finish(),
  };
}

export function changeBridge(index: number, bridge: BridgeOptions): NetlinkRequest {
  const writer = new NetlinkWriter().raw(linkHeader({ index }));
  writer.nested(IFLA.LINKINFO, () => {
    writer.string(IFLA_INFO.KIND, "bridge");
    writeKindData(writer, { kind: "bridge", name: "", bridge }, () => undefined);
  });
  return {
    operation: `change bridge ${index} to ${JSON.stringify(bridge)}`,
    type: RTM_NEWLINK,
    flags: 0,
    body: writer.finish(),
  };
}

/** Of a veth both ends go. */
export function deleteLink(index: number): NetlinkRequest {
  return {
    operation: `delete link ${index}`,
    type: RTM_DELLINK,
    flags: 0,
    body: linkHeader({ index }),
  };
}

/** All links of a group at once, for which the kernel waits no longer than for one. */
export function deleteGroup(group: number): NetlinkRequest {
  const body = new NetlinkWriter().raw(linkHeader({})).u32(IFLA.GROUP, group).finish();
  return { operation: `delete the links of group ${group}`, type: RTM_DELLINK, flags: 0, body };
}

/** By index, or by name (alternative names too). */
export function getLink(link: number | string): NetlinkRequest {
  const writer = new NetlinkWriter();
  writer.raw(linkHeader({ index: typeof link === "number" ? link : 0 }));
  writer.u32(IFLA.EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  // The kernel looks among all names for this one, among the short ones only for IFNAME, whose length it limits.
  if (typeof link === "string") writer.string(IFLA.ALT_IFNAME, link);
  return { operation: `read link ${link}`, type: RTM_GETLINK, flags: 0, body: writer.finish() };
}

/** For a dump: all links, those of a kind, or the ports of a master. */
export function listLinks(
  filter: { readonly kind?: string; readonly masterIndex?: number } = {},
): NetlinkRequest {
  const { kind, masterIndex } = filter;
  const writer = new NetlinkWriter().raw(linkHeader({}));
  writer.u32(IFLA.EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  if (masterIndex !== undefined) writer.u32(IFLA.MASTER, masterIndex);
  if (kind !== undefined) writer.nested(IFLA.LINKINFO, () => writer.string(IFLA_INFO.KIND, kind));
  return { operation: "list links", type: RTM_GETLINK, flags: 0, body: writer.finish() };
}

/** A struct ifinfomsg. */
export function linkHeader(header: {
  readonly family?: number;
  readonly index?: number;
  readonly flags?: number;
  readonly changed?: number;
}): Buffer {
  const bytes = Buffer.alloc(IFINFOMSG_BYTES);
  bytes.writeUInt8(header.family ?? AF_UNSPEC, 0);
  bytes.writeInt32LE(header.index ?? 0, 4);
  bytes.writeUInt32LE(header.flags ?? 0, 8);
  bytes.writeUInt32LE(header.changed ?? 0, 12);
  return bytes;
}

function writeNewLinkEnd(writer: NetlinkWriter, end: NewLinkEnd, up?: boolean): void {
  writer.raw(linkHeader(flagsOf(up === undefined ? {} : { up })));
  writer.string(IFLA.IFNAME, end.name);
  if (end.mac !== undefined) writer.bytes(IFLA.ADDRESS, encodeMac(end.mac));
  if (end.mtuBytes !== undefined) writer.u32(IFLA.MTU, end.mtuBytes);
  if (end.txQueueLength !== undefined) writer.u32(IFLA.TXQLEN, end.txQueueLength);
  if (end.queues !== undefined) {
    writer.u32(IFLA.NUM_TX_QUEUES, end.queues);
    writer.u32(IFLA.NUM_RX_QUEUES, end.queues);
  }
  if (end.namespaceFd !== undefined) writer.u32(IFLA.NET_NS_FD, end.namespaceFd);
}

/** The flags to set, and which of all are meant. */
function flagsOf(changes: LinkChanges): { readonly flags: number; readonly changed: number } {
  let flags = 0;
  let changed = 0;
  const take = (value: boolean | undefined, flag: number): void => {
    if (value !== undefined) changed |= flag;
    if (value === true) flags |= flag;
  };
  take(changes.up, IFF_UP);
  take(changes.promiscuous, IFF_PROMISC);
  take(changes.allMulticast, IFF_ALLMULTI);
  return { flags, changed };
}
