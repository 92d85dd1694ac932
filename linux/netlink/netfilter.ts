/** What the subsystems of nfnetlink share: include/uapi/linux/netfilter/nfnetlink.h. */

export const NFNL_SUBSYS_CTNETLINK = 1;
export const NFNL_SUBSYS_ULOG = 4;

export const NFNLGRP_CONNTRACK_NEW = 1;
export const NFNLGRP_CONNTRACK_DESTROY = 3;

/** struct nfgenmsg: attributes start behind. */
export const NFGENMSG_BYTES = 4;

/** nlmsg_type: the subsystem and its message. */
export function netfilterType(subsystem: number, message: number): number {
  return (subsystem << 8) | message;
}

/** A struct nfgenmsg: address family, version 0, resource ID (a log group, in network order). */
export function netfilterHeader(family: number, resourceId = 0): Buffer {
  return Buffer.from([family, 0, resourceId >> 8, resourceId & 0xff]);
}
