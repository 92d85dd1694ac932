/**
 * Constants and structures of the Linux socket API on 64-bit little-endian machines (x64 and arm64 alike): see
 * socket(7), ip(7), ipv6(7), recvmmsg(2) and the kernel's include/uapi. Sizes and places in bytes unless said.
 */

export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_REUSEPORT = 15;
export const SO_RCVTIMEO = 20;
export const IPPROTO_IP = 0;
export const IP_PKTINFO = 8;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;

export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITFORONE = 0x10000;

export const SHUT_RD = 0;

/** struct sockaddr_in and struct sockaddr_in6. */
export const SOCKADDR_IN_BYTES = 16;
export const SOCKADDR_IN6_BYTES = 28;
/** sin6_addr within a struct sockaddr_in6. */
export const SOCKADDR_IN6_ADDRESS = 8;

/** struct iovec: where the bytes lie and how many. */
export const IOVEC_BYTES = 16;

/** struct mmsghdr: a struct msghdr and the length of the datagram. */
export const MMSGHDR_BYTES = 64;

/** Fields of struct mmsghdr as 32-bit words; those of 64 bits by their lower word. */
export const MMSGHDR_WORDS = MMSGHDR_BYTES / 4;
export const WORD_NAME = 0;
export const WORD_NAME_LENGTH = 2;
export const WORD_IOVEC = 4;
export const WORD_IOVEC_COUNT = 6;
export const WORD_CONTROL = 8;
export const WORD_CONTROL_LENGTH = 10;
export const WORD_FLAGS = 12;
export const WORD_LENGTH = 14;

/** Fields of struct iovec as 32-bit words, the lower ones. */
export const IOVEC_WORDS = IOVEC_BYTES / 4;
export const WORD_BASE = 0;
export const WORD_BASE_LENGTH = 2;

/** ipi_ifindex of a struct in_pktinfo, ipi6_addr and ipi6_ifindex of a struct in6_pktinfo, behind the 16 bytes of struct cmsghdr. */
export const CMSG_IFINDEX = 16;
export const CMSG_ADDRESS6 = 16;
export const CMSG_IFINDEX6 = 32;
/** Room for the greater of the two control messages. */
export const CMSG_PKTINFO_BYTES = 40;
