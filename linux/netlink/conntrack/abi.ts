/** Numbers of ctnetlink: include/uapi/linux/netfilter/nfnetlink_conntrack.h and nf_conntrack_common.h. */

export const IPCTNL_MSG_CT = { NEW: 0, GET: 1, DELETE: 2, GET_STATS_CPU: 4, GET_STATS: 5 } as const;

export const CTA = {
  TUPLE_ORIG: 1,
  TUPLE_REPLY: 2,
  STATUS: 3,
  PROTOINFO: 4,
  TIMEOUT: 7,
  MARK: 8,
  COUNTERS_ORIG: 9,
  COUNTERS_REPLY: 10,
  ID: 12,
  ZONE: 18,
  MARK_MASK: 21,
  FILTER: 25,
} as const;

export const CTA_TUPLE = { IP: 1, PROTO: 2 } as const;
export const CTA_IP = { V4_SRC: 1, V4_DST: 2, V6_SRC: 3, V6_DST: 4 } as const;
export const CTA_PROTO = { NUM: 1, SRC_PORT: 2, DST_PORT: 3, ICMP_ID: 4 } as const;
export const CTA_COUNTERS = { PACKETS: 1, BYTES: 2 } as const;
export const CTA_FILTER = { ORIG_FLAGS: 1, REPLY_FLAGS: 2 } as const;
/** Of CTA_FILTER.ORIG_FLAGS: the protocol's number matters. */
export const FILTER_PROTOCOL = 1 << 3;

export const CTA_STATS = {
  INVALID: 4,
  INSERT_FAILED: 9,
  DROP: 10,
  EARLY_DROP: 11,
  SEARCH_RESTART: 13,
  CLASH_RESOLVE: 14,
  CHAIN_TOOLONG: 15,
} as const;
export const CTA_STATS_GLOBAL = { ENTRIES: 1, MAX_ENTRIES: 2 } as const;

export const IPS = {
  SEEN_REPLY: 0x2,
  ASSURED: 0x4,
  CONFIRMED: 0x8,
  SRC_NAT: 0x10,
  DST_NAT: 0x20,
  DYING: 0x200,
} as const;
