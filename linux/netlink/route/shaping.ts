import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../abi.ts";
import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import { readAttributes } from "../reader.ts";
import { NetlinkWriter } from "../writer.ts";
import type { Shaping } from "./contract.ts";

/** include/uapi/linux/pkt_sched.h, pkt_cls.h, tc_act/tc_mirred.h. */
const RTM_NEWQDISC = 36;
const RTM_DELQDISC = 37;
const RTM_GETQDISC = 38;
const RTM_NEWTFILTER = 44;
const TCMSG_BYTES = 20;
const TCA = { KIND: 1, OPTIONS: 2 } as const;
const TC_H_ROOT = 0xffff_ffff;
const TC_H_INGRESS = 0xffff_fff1;
const ingressHandle = 0xffff_0000;
const rootHandle = 0x0001_0000;

const TCA_TBF = { PARMS: 1, RATE64: 4, BURST: 6 } as const;
/** struct tc_tbf_qopt: rate and peak rate (struct tc_ratespec, 12 bytes each), limit, buffer, mtu. */
const TBF_QOPT_BYTES = 36;
const TBF_LIMIT = 24;
const TBF_BUFFER = 28;
const RATESPEC_LINK_LAYER = 1;
const RATESPEC_RATE = 8;
const TC_LINKLAYER_ETHERNET = 1;
/** The scheduler counts time in units of 64 ns. */
const tickNs = 64;

const TCA_U32 = { SEL: 5, ACT: 7 } as const;
/** struct tc_u32_sel with one struct tc_u32_key, which any packet matches. */
const U32_SEL_BYTES = 32;
const TC_U32_TERMINAL = 1;
const TCA_ACT = { KIND: 1, OPTIONS: 2 } as const;
const TCA_MIRRED_PARMS = 2;
/** struct tc_mirred: index, capabilities, action, two counts, what to do, link. */
const MIRRED_BYTES = 28;
const TC_ACT_STOLEN = 4;
const TCA_EGRESS_REDIR = 1;
const ETH_P_ALL = 3;

/** Lets no more than so much leave the link (tbf at its root), in place of what shaped it before. */
export function shapeEgress(linkIndex: number, shaping: Shaping): NetlinkRequest {
  const bytesPerSecond = Math.floor(shaping.bitsPerSecond / 8);
  const limitBytes = (bytesPerSecond * shaping.latencyMs) / 1000 + shaping.burstBytes;
  const parameters = Buffer.alloc(TBF_QOPT_BYTES);
  // Otherwise the kernel wants a table of transmission times.
  parameters.writeUInt8(TC_LINKLAYER_ETHERNET, RATESPEC_LINK_LAYER);
  parameters.writeUInt32LE(Math.min(bytesPerSecond, 0xffff_ffff), RATESPEC_RATE);
  parameters.writeUInt32LE(Math.min(Math.floor(limitBytes), 0xffff_ffff), TBF_LIMIT);
  const burstTicks = (shaping.burstBytes * 1e9) / bytesPerSecond / tickNs;
  parameters.writeUInt32LE(Math.min(Math.ceil(burstTicks), 0xffff_ffff), TBF_BUFFER);
  const writer = new NetlinkWriter().raw(header(linkIndex, rootHandle, TC_H_ROOT));
  writer.string(TCA.KIND, "tbf").nested(TCA.OPTIONS, () => {
    writer.bytes(TCA_TBF.PARMS, parameters).u32(TCA_TBF.BURST, shaping.burstBytes);
    if (bytesPerSecond > 0xffff_ffff) writer.u64(TCA_TBF.RATE64, BigInt(bytesPerSecond));
  });
  return {
    operation: `shape link ${linkIndex} to ${shaping.bitsPerSecond} bit/s`,
    type: RTM_NEWQDISC,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    body: writer.finish(),
  };
}

/** Gives the link an ingress hook, which redirectIngress() needs. */
export function addIngress(linkIndex: number): NetlinkRequest {
  const writer = new NetlinkWriter().raw(header(linkIndex, ingressHandle, TC_H_INGRESS));
  return {
    operation: `make an ingress queue on link ${linkIndex}`,
    type: RTM_NEWQDISC,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: writer.string(TCA.KIND, "ingress").finish(),
  };
}

/** Takes away what addIngress() or shapeEgress() made. */
export function deleteQueue(linkIndex: number, which: "egress" | "ingress"): NetlinkRequest {
  const parent = which === "egress" ? TC_H_ROOT : TC_H_INGRESS;
  return {
    operation: `delete the ${which} queue of link ${linkIndex}`,
    type: RTM_DELQDISC,
    flags: 0,
    body: header(linkIndex, 0, parent),
  };
}

/** Sends all that comes in by the link out of another one, an ifb, where it can be shaped. */
export function redirectIngress(linkIndex: number, toLinkIndex: number): NetlinkRequest {
  const selector = Buffer.alloc(U32_SEL_BYTES);
  selector.writeUInt8(TC_U32_TERMINAL, 0);
  selector.writeUInt8(1, 2);
  const mirred = Buffer.alloc(MIRRED_BYTES);
  mirred.writeInt32LE(TC_ACT_STOLEN, 8);
  mirred.writeInt32LE(TCA_EGRESS_REDIR, 20);
  mirred.writeUInt32LE(toLinkIndex, 24);
  // Priority, and the protocol in network order.
  const info = (1 << 16) | (ETH_P_ALL << 8);
  const writer = new NetlinkWriter().raw(header(linkIndex, 0, ingressHandle, info));
  writer.string(TCA.KIND, "u32").nested(TCA.OPTIONS, () => {
    writer.bytes(TCA_U32.SEL, selector).nested(TCA_U32.ACT, () =>
      writer.nested(1, () => {
        writer.string(TCA_ACT.KIND, "mirred");
        writer.nested(TCA_ACT.OPTIONS, () => writer.bytes(TCA_MIRRED_PARMS, mirred));
      }),
    );
  });
  return {
    operation: `redirect what comes in by link ${linkIndex} to link ${toLinkIndex}`,
    type: RTM_NEWTFILTER,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: writer.finish(),
  };
}

/** For a dump, read with readShaping(). Queues of all links come. */
export function listQueues(): NetlinkRequest {
  return { operation: "list queues", type: RTM_GETQDISC, flags: 0, body: header(0, 0, 0) };
}

/**
 * What shapeEgress() did; undefined for queues of other kinds.
 * @throws NetlinkFormatError when it is malformed
 */
export function readShaping({
  body,
}: Pick<NetlinkReply, "body">):
  | { readonly linkIndex: number; readonly bitsPerSecond: number; readonly burstBytes: number }
  | undefined {
  let kind = "";
  let bytesPerSecond = 0;
  let burstTicks = 0;
  readAttributes(body, TCMSG_BYTES, (attribute) => {
    if (attribute.type === TCA.KIND) kind = attribute.string();
    if (attribute.type !== TCA.OPTIONS || kind !== "tbf") return;
    attribute.nested((option) => {
      if (option.type === TCA_TBF.RATE64) bytesPerSecond = Number(option.u64());
      if (option.type !== TCA_TBF.PARMS || option.lengthBytes < TBF_QOPT_BYTES) return;
      bytesPerSecond = option.bytes().readUInt32LE(RATESPEC_RATE);
      burstTicks = option.bytes().readUInt32LE(TBF_BUFFER);
    });
  });
  if (kind !== "tbf") return undefined;
  const burstBytes = Math.round((burstTicks * tickNs * bytesPerSecond) / 1e9);
  return { linkIndex: body.readInt32LE(4), bitsPerSecond: bytesPerSecond * 8, burstBytes };
}

/** A struct tcmsg. */
function header(linkIndex: number, handle: number, parent: number, info = 0): Buffer {
  const bytes = Buffer.alloc(TCMSG_BYTES);
  bytes.writeInt32LE(linkIndex, 4);
  bytes.writeUInt32LE(handle, 8);
  bytes.writeUInt32LE(parent, 12);
  bytes.writeUInt32LE(info, 16);
  return bytes;
}
