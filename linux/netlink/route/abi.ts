/** Numbers of rtnetlink: include/uapi/linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h, if_bridge.h. */

export const AF_UNSPEC = 0;
export const AF_BRIDGE = 7;

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;
export const RTM_GETNSID = 90;

/** Sizes of struct ifinfomsg, ifaddrmsg, rtmsg, ndmsg: attributes start behind. */
export const IFINFOMSG_BYTES = 16;
export const IFADDRMSG_BYTES = 8;
export const RTMSG_BYTES = 12;
export const NDMSG_BYTES = 12;
/** A struct rtgenmsg with what attributes are aligned to. */
export const RTGENMSG_BYTES = 4;

export const IFF_UP = 0x1;
export const IFF_RUNNING = 0x40;
export const IFF_PROMISC = 0x100;
export const IFF_ALLMULTI = 0x200;

export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  PROTINFO: 12,
  TXQLEN: 13,
  OPERSTATE: 16,
  LINKINFO: 18,
  IFALIAS: 20,
  AF_SPEC: 26,
  GROUP: 27,
  NET_NS_FD: 28,
  EXT_MASK: 29,
  NUM_TX_QUEUES: 31,
  NUM_RX_QUEUES: 32,
  LINK_NETNSID: 37,
  PROP_LIST: 52,
  ALT_IFNAME: 53,
} as const;

/** Within IFLA.AF_SPEC of a link: IFLA_INET_CONF of AF_INET holds what /proc/sys/net/ipv4/conf does, by number. */
export const AF_INET = 2;
export const IFLA_INET_CONF = 1;
export const IPV4_DEVCONF_ARP_NOTIFY = 22;

/** Of RTM_GETNSID: include/uapi/linux/net_namespace.h. */
export const NETNSA = { NSID: 1, FD: 3 } as const;

/** Within IFLA.LINKINFO. */
export const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const;

/** Within IFLA_INFO.DATA of a veth: a struct ifinfomsg and attributes. */
export const VETH_INFO_PEER = 1;

/** Within IFLA_INFO.DATA of a bridge. Times are in hundredths of a second. */
export const IFLA_BR = {
  FORWARD_DELAY: 1,
  AGEING_TIME: 4,
  STP_STATE: 5,
  VLAN_FILTERING: 7,
  MCAST_SNOOPING: 23,
  VLAN_DEFAULT_PVID: 39,
} as const;

/** Within IFLA_INFO.DATA of a vxlan. */
export const IFLA_VXLAN = {
  ID: 1,
  LINK: 3,
  LOCAL: 4,
  TTL: 5,
  LEARNING: 7,
  PORT: 15,
  LOCAL6: 17,
  UDP_CSUM: 18,
} as const;

/** Within IFLA_INFO.DATA of a vlan. */
export const IFLA_VLAN_ID = 1;

/** Within IFLA.PROTINFO, and IFLA_INFO.SLAVE_DATA of a bridge's port. */
export const IFLA_BRPORT = {
  MODE: 4,
  LEARNING: 8,
  UNICAST_FLOOD: 9,
  NEIGH_SUPPRESS: 32,
  ISOLATED: 33,
} as const;

/** Within IFLA.AF_SPEC of AF_BRIDGE. */
export const IFLA_BRIDGE_FLAGS = 0;
export const IFLA_BRIDGE_VLAN_INFO = 2;
export const BRIDGE_FLAGS_SELF = 2;
export const BRIDGE_VLAN_INFO = {
  PVID: 0x2,
  UNTAGGED: 0x4,
  RANGE_BEGIN: 0x8,
  RANGE_END: 0x10,
} as const;

/** IFLA.EXT_MASK. */
export const RTEXT_FILTER_BRVLAN_COMPRESSED = 4;
export const RTEXT_FILTER_SKIP_STATS = 8;

export const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4, FLAGS: 8 } as const;
export const IFA_F = {
  NODAD: 0x02,
  DADFAILED: 0x08,
  TENTATIVE: 0x40,
  PERMANENT: 0x80,
  NOPREFIXROUTE: 0x200,
} as const;

export const RTA = {
  DST: 1,
  SRC: 2,
  OIF: 4,
  GATEWAY: 5,
  PRIORITY: 6,
  PREFSRC: 7,
  METRICS: 8,
  MULTIPATH: 9,
  TABLE: 15,
  VIA: 18,
} as const;
export const RTAX = { MTU: 2, ADVMSS: 8 } as const;
export const RTNH_F_ONLINK = 4;
/** struct rtnexthop: length (u16), flags (u8), weight less one (u8), link (i32). */
export const RTNEXTHOP_BYTES = 8;
export const RT_TABLE_MAIN = 254;
export const RTPROT_STATIC = 4;
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_HOST = 254;
export const RT_SCOPE_NOWHERE = 255;

export const NDA = { DST: 1, LLADDR: 2, VLAN: 5, IFINDEX: 8, MASTER: 9 } as const;
export const NTF = { SELF: 0x02, MASTER: 0x04, EXT_LEARNED: 0x10 } as const;
