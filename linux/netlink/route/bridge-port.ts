import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import { type AttributeReader, readAttributes } from "../reader.ts";
import { NetlinkWriter } from "../writer.ts";
import {
  AF_BRIDGE,
  BRIDGE_FLAGS_SELF,
  BRIDGE_VLAN_INFO,
  IFINFOMSG_BYTES,
  IFLA,
  IFLA_BRIDGE_FLAGS,
  IFLA_BRIDGE_VLAN_INFO,
  RTEXT_FILTER_BRVLAN_COMPRESSED,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_SETLINK,
} from "./abi.ts";
import type { BridgePort, PortVlan } from "./contract.ts";
import { linkHeader } from "./link.ts";
import { portAttributes, writePortFlags } from "./port-flags.ts";

/** Changes how a bridge treats the port that the link is. */
export function changeBridgePort(index: number, port: BridgePort): NetlinkRequest {
  const writer = new NetlinkWriter().raw(linkHeader({ family: AF_BRIDGE, index }));
  writer.nested(IFLA.PROTINFO, () => writePortFlags(writer, port));
  return {
    operation: `change bridge port ${index} to ${JSON.stringify(port)}`,
    type: RTM_SETLINK,
    flags: 0,
    body: writer.finish(),
  };
}

export function readBridgePort(data: AttributeReader): Required<BridgePort> {
  const port = {
    hairpin: false,
    isolated: false,
    learning: false,
    unicastFlood: false,
    neighbourSuppression: false,
  };
  data.nested((attribute) => {
    switch (attribute.type) {
      case portAttributes.hairpin:
        port.hairpin = attribute.u8() !== 0;
        break;
      case portAttributes.isolated:
        port.isolated = attribute.u8() !== 0;
        break;
      case portAttributes.learning:
        port.learning = attribute.u8() !== 0;
        break;
      case portAttributes.unicastFlood:
        port.unicastFlood = attribute.u8() !== 0;
        break;
      case portAttributes.neighbourSuppression:
        port.neighbourSuppression = attribute.u8() !== 0;
    }
  });
  return port;
}

/** Puts a port into VLANs; with `self` the bridge itself, whose index it then is. */
export function addPortVlans(
  index: number,
  vlans: readonly PortVlan[],
  self = false,
): NetlinkRequest {
  return changePortVlans(index, vlans, self, RTM_SETLINK, "add");
}

export function removePortVlans(
  index: number,
  vlans: readonly PortVlan[],
  self = false,
): NetlinkRequest {
  return changePortVlans(index, vlans, self, RTM_DELLINK, "remove");
}

function changePortVlans(
  index: number,
  vlans: readonly PortVlan[],
  self: boolean,
  type: number,
  verb: string,
): NetlinkRequest {
  const writer = new NetlinkWriter().raw(linkHeader({ family: AF_BRIDGE, index }));
  writer.nested(IFLA.AF_SPEC, () => {
    if (self) writer.u16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
    for (const vlan of vlans) writeVlan(writer, vlan);
  });
  const ids = vlans.map(({ id, lastId = id }) => (lastId === id ? `${id}` : `${id}-${lastId}`));
  return {
    operation: `${verb} the VLANs ${ids.join(", ")} of link ${index}`,
    type,
    flags: 0,
    body: writer.finish(),
  };
}

/** One struct bridge_vlan_info (flags, ID), or two for a range. */
function writeVlan(writer: NetlinkWriter, vlan: PortVlan): void {
  const { id, lastId = id, pvid = false, untagged = false } = vlan;
  const flags = (pvid ? BRIDGE_VLAN_INFO.PVID : 0) | (untagged ? BRIDGE_VLAN_INFO.UNTAGGED : 0);
  const write = (more: number, vid: number): unknown =>
    writer.u32(IFLA_BRIDGE_VLAN_INFO, flags | more | (vid << 16));
  if (lastId === id) write(0, id);
  else {
    write(BRIDGE_VLAN_INFO.RANGE_BEGIN, id);
    write(BRIDGE_VLAN_INFO.RANGE_END, lastId);
  }
}

/** For a dump, read with readPortVlans(). */
export function listPortVlans(): NetlinkRequest {
  const writer = new NetlinkWriter().raw(linkHeader({ family: AF_BRIDGE }));
  writer.u32(IFLA.EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
  return { operation: "list VLANs of ports", type: RTM_GETLINK, flags: 0, body: writer.finish() };
}

/** @throws NetlinkFormatError when it is malformed */
export function readPortVlans({ body }: Pick<NetlinkReply, "body">): {
  readonly linkIndex: number;
  readonly vlans: readonly Required<PortVlan>[];
} {
  const vlans: Required<PortVlan>[] = [];
  let first: number | undefined;
  const take = (flags: number, id: number): void => {
    if ((flags & BRIDGE_VLAN_INFO.RANGE_BEGIN) !== 0) first = id;
    else {
      const pvid = (flags & BRIDGE_VLAN_INFO.PVID) !== 0;
      const untagged = (flags & BRIDGE_VLAN_INFO.UNTAGGED) !== 0;
      vlans.push({ id: first ?? id, lastId: id, pvid, untagged });
      first = undefined;
    }
  };
  readAttributes(body, IFINFOMSG_BYTES, (attribute) => {
    if (attribute.type !== IFLA.AF_SPEC) return;
    attribute.nested((inner) => {
      if (inner.type !== IFLA_BRIDGE_VLAN_INFO) return;
      const info = inner.u32();
      take(info & 0xffff, info >>> 16);
    });
  });
  return { linkIndex: body.readInt32LE(4), vlans };
}
