import { NETLINK_NETFILTER } from "../abi.ts";
import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import { NFGENMSG_BYTES, NFNL_SUBSYS_ULOG, netfilterHeader, netfilterType } from "../netfilter.ts";
import { readAttributes } from "../reader.ts";
import { openNetlink } from "../socket.ts";
import { listen, type Subscription } from "../subscription.ts";
import { NetlinkWriter } from "../writer.ts";
import type { LoggedPacket } from "./contract.ts";
import { readIpHeader } from "./ip-header.ts";

/** include/uapi/linux/netfilter/nfnetlink_log.h. */
const NFULNL_MSG_PACKET = 0;
const NFULNL_MSG_CONFIG = 1;
const NFULA_CFG = { CMD: 1, MODE: 2, TIMEOUT: 4, QTHRESH: 5 } as const;
const NFULNL_CFG_CMD_BIND = 1;
const NFULNL_COPY_PACKET = 2;
const NFULA = { PACKET_HDR: 1, MARK: 2, INDEV: 4, OUTDEV: 5, PAYLOAD: 9, PREFIX: 10 } as const;

const hooks: readonly LoggedPacket["hook"][] = [
  "prerouting",
  "input",
  "forward",
  "output",
  "postrouting",
];

/** Headers of IPv6 and TCP, and some extension headers. */
const defaultSnapLengthBytes = 96;
/** The kernel hands packets over when so many wait, or the first has waited so long. */
const packetsAtOnce = 32;
const longestWaitMs = 50;

export interface LogOptions {
  /** That of the rules, 0 to 65535. One process at a time has it. */
  readonly group: number;
  readonly namespacePath?: string;
  /** So much of a packet is copied. */
  readonly snapLengthBytes?: number;
  readonly receiveBufferBytes?: number;
}

export interface LogSubscriber {
  onPacket(packet: LoggedPacket): void;
  /** More packets were logged than could be read: a count of them is too low. */
  onOverrun(): void;
}

/**
 * Takes what rules log to a group. How much that is the rules say (`limit rate`): packets are for samples, counters
 * for counting.
 * @throws NetlinkError EPERM or EBUSY when another process has the group
 */
export function subscribeLog(options: LogOptions, subscriber: LogSubscriber): Subscription {
  const { group, snapLengthBytes = defaultSnapLengthBytes, ...rest } = options;
  const socket = openNetlink({ protocol: NETLINK_NETFILTER, ...rest });
  try {
    socket.request(bindGroup(group));
    socket.request(configureGroup(group, snapLengthBytes));
  } catch (error) {
    socket.close();
    throw error;
  }
  const packetType = netfilterType(NFNL_SUBSYS_ULOG, NFULNL_MSG_PACKET);
  return listen(socket, {
    onEvent: (event) => {
      if (event.type === packetType) subscriber.onPacket(readPacket(event));
    },
    onOverrun: subscriber.onOverrun,
  });
}

function bindGroup(group: number): NetlinkRequest {
  const writer = new NetlinkWriter().raw(netfilterHeader(0, group));
  return configuration(group, writer.u8(NFULA_CFG.CMD, NFULNL_CFG_CMD_BIND));
}

/** MODE is a struct nfulnl_msg_config_mode: how much (u32, network order), what (u8). */
function configureGroup(group: number, snapLengthBytes: number): NetlinkRequest {
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(snapLengthBytes);
  mode.writeUInt8(NFULNL_COPY_PACKET, 4);
  const writer = new NetlinkWriter().raw(netfilterHeader(0, group)).bytes(NFULA_CFG.MODE, mode);
  writer.u32be(NFULA_CFG.TIMEOUT, longestWaitMs / 10).u32be(NFULA_CFG.QTHRESH, packetsAtOnce);
  return configuration(group, writer);
}

function configuration(group: number, writer: NetlinkWriter): NetlinkRequest {
  return {
    operation: `receive what is logged to group ${group}`,
    type: netfilterType(NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG),
    flags: 0,
    body: writer.finish(),
  };
}

/** @throws NetlinkFormatError when it is malformed */
function readPacket({ body }: Pick<NetlinkReply, "body">): LoggedPacket {
  let hook: LoggedPacket["hook"] = "prerouting";
  let prefix = "";
  let mark = 0;
  let inLinkIndex: number | undefined;
  let outLinkIndex: number | undefined;
  let header: LoggedPacket["header"];
  readAttributes(body, NFGENMSG_BYTES, (attribute) => {
    switch (attribute.type) {
      case NFULA.PACKET_HDR:
        // struct nfulnl_msg_packet_hdr: protocol (u16), hook (u8).
        hook = hooks[attribute.bytes()[2] ?? 0] ?? hook;
        break;
      case NFULA.MARK:
        mark = attribute.u32be();
        break;
      case NFULA.INDEV:
        inLinkIndex = attribute.u32be();
        break;
      case NFULA.OUTDEV:
        outLinkIndex = attribute.u32be();
        break;
      case NFULA.PREFIX:
        prefix = attribute.string();
        break;
      case NFULA.PAYLOAD:
        header = readIpHeader(attribute.bytes());
    }
  });
  return { prefix, hook, mark, inLinkIndex, outLinkIndex, header };
}
