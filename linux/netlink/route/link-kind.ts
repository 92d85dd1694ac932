import { decodeIp, encodeIp } from "../ip.ts";
import type { AttributeReader } from "../reader.ts";
import type { NetlinkWriter } from "../writer.ts";
import { IFLA_BR, IFLA_INFO, IFLA_VLAN_ID, IFLA_VXLAN, VETH_INFO_PEER } from "./abi.ts";
import type { BridgeOptions, NewLink, NewLinkEnd, VxlanOptions } from "./contract.ts";

/** The kernel counts a bridge's times in hundredths of a second. */
const tickMs = 10;

/** What only links of its kind have: IFLA_INFO_DATA. */
export function writeKindData(
  writer: NetlinkWriter,
  link: NewLink,
  writePeer: (peer: NewLinkEnd) => void,
): void {
  switch (link.kind) {
    case "veth":
      writer.nested(IFLA_INFO.DATA, () =>
        writer.nested(VETH_INFO_PEER, () => writePeer(link.peer)),
      );
      return;
    case "bridge":
      writer.nested(IFLA_INFO.DATA, () => writeBridge(writer, link.bridge ?? {}));
      return;
    case "vxlan":
      writer.nested(IFLA_INFO.DATA, () => writeVxlan(writer, link.vxlan));
      return;
    case "vlan":
      writer.nested(IFLA_INFO.DATA, () => writer.u16(IFLA_VLAN_ID, link.vlan.id));
      return;
    case "ifb":
    case "dummy":
  }
}

function writeBridge(writer: NetlinkWriter, options: BridgeOptions): void {
  const { forwardDelayMs, ageingMs, stp, vlanFiltering, multicastSnooping, defaultVlan } = options;
  if (forwardDelayMs !== undefined) writer.u32(IFLA_BR.FORWARD_DELAY, forwardDelayMs / tickMs);
  if (ageingMs !== undefined) writer.u32(IFLA_BR.AGEING_TIME, ageingMs / tickMs);
  if (stp !== undefined) writer.u32(IFLA_BR.STP_STATE, Number(stp));
  // The default VLAN first: with filtering on, ports of it would be made and unmade.
  if (defaultVlan !== undefined) writer.u16(IFLA_BR.VLAN_DEFAULT_PVID, defaultVlan);
  if (vlanFiltering !== undefined) writer.u8(IFLA_BR.VLAN_FILTERING, Number(vlanFiltering));
  if (multicastSnooping !== undefined) writer.u8(IFLA_BR.MCAST_SNOOPING, Number(multicastSnooping));
}

function writeVxlan(writer: NetlinkWriter, options: VxlanOptions): void {
  writer.u32(IFLA_VXLAN.ID, options.vni);
  if (options.parentIndex !== undefined) writer.u32(IFLA_VXLAN.LINK, options.parentIndex);
  if (options.local !== undefined) {
    const local = encodeIp(options.local);
    writer.bytes(local.length === 4 ? IFLA_VXLAN.LOCAL : IFLA_VXLAN.LOCAL6, local);
  }
  if (options.ttl !== undefined) writer.u8(IFLA_VXLAN.TTL, options.ttl);
  writer.u8(IFLA_VXLAN.LEARNING, Number(options.learning));
  writer.u16be(IFLA_VXLAN.PORT, options.port);
  if (options.udpChecksum !== undefined)
    writer.u8(IFLA_VXLAN.UDP_CSUM, Number(options.udpChecksum));
}

/** What the kernel says of a bridge. */
export function readBridge(data: AttributeReader): Required<BridgeOptions> {
  const bridge = {
    vlanFiltering: false,
    defaultVlan: 0,
    stp: false,
    forwardDelayMs: 0,
    ageingMs: 0,
    multicastSnooping: false,
  };
  data.nested((attribute) => {
    switch (attribute.type) {
      case IFLA_BR.FORWARD_DELAY:
        bridge.forwardDelayMs = attribute.u32() * tickMs;
        break;
      case IFLA_BR.AGEING_TIME:
        bridge.ageingMs = attribute.u32() * tickMs;
        break;
      case IFLA_BR.STP_STATE:
        bridge.stp = attribute.u32() !== 0;
        break;
      case IFLA_BR.VLAN_FILTERING:
        bridge.vlanFiltering = attribute.u8() !== 0;
        break;
      case IFLA_BR.VLAN_DEFAULT_PVID:
        bridge.defaultVlan = attribute.u16();
        break;
      case IFLA_BR.MCAST_SNOOPING:
        bridge.multicastSnooping = attribute.u8() !== 0;
    }
  });
  return bridge;
}

/** What the kernel says of a vxlan device. */
export function readVxlan(data: AttributeReader): VxlanOptions {
  const vxlan: { -readonly [Key in keyof VxlanOptions]: VxlanOptions[Key] } = {
    vni: 0,
    port: 0,
    learning: false,
  };
  data.nested((attribute) => {
    switch (attribute.type) {
      case IFLA_VXLAN.ID:
        vxlan.vni = attribute.u32();
        break;
      case IFLA_VXLAN.LINK:
        vxlan.parentIndex = attribute.u32();
        break;
      case IFLA_VXLAN.LOCAL:
      case IFLA_VXLAN.LOCAL6:
        vxlan.local = decodeIp(attribute.bytes());
        break;
      case IFLA_VXLAN.TTL:
        vxlan.ttl = attribute.u8();
        break;
      case IFLA_VXLAN.LEARNING:
        vxlan.learning = attribute.u8() !== 0;
        break;
      case IFLA_VXLAN.PORT:
        vxlan.port = attribute.u16be();
        break;
      case IFLA_VXLAN.UDP_CSUM:
        vxlan.udpChecksum = attribute.u8() !== 0;
    }
  });
  return vxlan;
}
