/** Numbers of netlink itself: include/uapi/linux/netlink.h and socket.h, the same on x64 and arm64. */

export const AF_NETLINK = 16;
export const SOCK_RAW = 3;
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

export const SOL_NETLINK = 270;
export const NETLINK_ADD_MEMBERSHIP = 1;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

export const SO_ATTACH_FILTER = 26;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;

/** struct sockaddr_nl: family (u16), padding (u16), port ID (u32), groups (u32). */
export const SOCKADDR_NL_BYTES = 12;
export const SOCKADDR_NL_PORT_ID = 4;

/** struct sock_fprog: number of instructions (u16), padding, where they lie (u64). */
export const SOCK_FPROG_BYTES = 16;

/** struct nlmsghdr: length (u32), type (u16), flags (u16), sequence (u32), port ID (u32). */
export const HEADER_BYTES = 16;
/** struct nlattr: length (u16), type (u16). */
export const ATTRIBUTE_HEADER_BYTES = 4;
export const NLA_F_NESTED = 0x8000;
/** The type without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
export const NLA_TYPE_MASK = 0x3fff;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** On replies: the table changed during the dump. */
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
/** How a NEW request treats what exists. */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
/** What is there stays, and this comes behind it. */
export const NLM_F_APPEND = 0x800;
/** On an NLMSG_ERROR: the request is cut to its header, and attributes of the extended ACK follow. */
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLMSGERR_ATTR_MSG = 1;
export const NLMSGERR_ATTR_OFFS = 2;

/** Messages and attributes start at multiples of 4 bytes. */
export function aligned(lengthBytes: number): number {
  return (lengthBytes + 3) & ~3;
}
