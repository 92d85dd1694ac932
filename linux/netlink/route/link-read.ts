import type { NetlinkReply } from "../contract.ts";
import { decodeMac } from "../ip.ts";
import { type AttributeReader, readAttributes } from "../reader.ts";
import {
  IFF_ALLMULTI,
  IFF_PROMISC,
  IFF_UP,
  IFINFOMSG_BYTES,
  IFLA,
  IFLA_INFO,
  IFLA_VLAN_ID,
} from "./abi.ts";
import { readBridgePort } from "./bridge-port.ts";
import type { Link, OperationalState } from "./contract.ts";
import { readBridge, readVxlan } from "./link-kind.ts";

/** By IFLA_OPERSTATE. */
const operationalStates: readonly OperationalState[] = [
  "unknown",
  "notpresent",
  "down",
  "lowerlayerdown",
  "testing",
  "dormant",
  "up",
];

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/**
 * Reads an RTM_NEWLINK or RTM_DELLINK.
 * @throws NetlinkFormatError when it is malformed
 */
export function readLink(reply: NetlinkReply): Link {
  const { body } = reply;
  const flags = body.readUInt32LE(8);
  const alternativeNames: string[] = [];
  const link: Writable<Link> = {
    index: body.readInt32LE(4),
    name: "",
    alternativeNames,
    kind: "",
    mac: "",
    mtuBytes: 0,
    up: (flags & IFF_UP) !== 0,
    operationalState: "unknown",
    promiscuous: (flags & IFF_PROMISC) !== 0,
    allMulticast: (flags & IFF_ALLMULTI) !== 0,
    txQueueLength: 0,
  };
  readAttributes(body, IFINFOMSG_BYTES, (attribute) => {
    switch (attribute.type) {
      case IFLA.ADDRESS:
        link.mac = decodeMac(attribute.bytes());
        break;
      case IFLA.IFNAME:
        link.name = attribute.string();
        break;
      case IFLA.MTU:
        link.mtuBytes = attribute.u32();
        break;
      case IFLA.LINK:
        link.parentIndex = attribute.u32();
        break;
      case IFLA.LINK_NETNSID:
        link.parentNamespaceId = attribute.u32();
        break;
      case IFLA.MASTER:
        link.masterIndex = attribute.u32();
        break;
      case IFLA.TXQLEN:
        link.txQueueLength = attribute.u32();
        break;
      case IFLA.OPERSTATE:
        link.operationalState = operationalStates[attribute.u8()] ?? "unknown";
        break;
      case IFLA.IFALIAS:
        link.alias = attribute.string();
        break;
      case IFLA.PROP_LIST:
        attribute.nested((name) => alternativeNames.push(name.string()));
        break;
      case IFLA.LINKINFO:
        readLinkInfo(attribute, link);
    }
  });
  return link;
}

/** The kernel puts each kind before its data. */
function readLinkInfo(info: AttributeReader, link: Writable<Link>): void {
  let slaveKind = "";
  info.nested((attribute) => {
    switch (attribute.type) {
      case IFLA_INFO.KIND:
        link.kind = attribute.string();
        break;
      case IFLA_INFO.DATA:
        readKindData(attribute, link);
        break;
      case IFLA_INFO.SLAVE_KIND:
        slaveKind = attribute.string();
        break;
      case IFLA_INFO.SLAVE_DATA:
        if (slaveKind === "bridge") link.port = readBridgePort(attribute);
    }
  });
}

function readKindData(data: AttributeReader, link: Writable<Link>): void {
  if (link.kind === "bridge") link.bridge = readBridge(data);
  if (link.kind === "vxlan") link.vxlan = readVxlan(data);
  if (link.kind === "vlan")
    data.nested((attribute) => {
      if (attribute.type === IFLA_VLAN_ID) link.vlanId = attribute.u16();
    });
}
