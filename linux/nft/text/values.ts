import ipaddr from "ipaddr.js";
import { typeFacts, type ValueType } from "../types.ts";

/** Names of IP protocols as /etc/protocols has them; nft writes others as numbers. */
const protocolNames: Readonly<Record<number, string>> = {
  1: "icmp",
  2: "igmp",
  6: "tcp",
  17: "udp",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "ipv6-icmp",
  132: "sctp",
  136: "udplite",
};

const names: { readonly [Type in ValueType]?: Readonly<Record<number, string>> } = {
  inet_proto: protocolNames,
  nf_proto: { 2: "ipv4", 10: "ipv6" },
  ether_type: { 2048: "ip", 2054: "arp", 34525: "ip6", 33024: "8021q" },
  ct_dir: { 0: "original", 1: "reply" },
  fib_addrtype: {
    0: "unspec",
    1: "unicast",
    2: "local",
    3: "broadcast",
    4: "anycast",
    5: "multicast",
  },
  icmp_type: {
    0: "echo-reply",
    3: "destination-unreachable",
    8: "echo-request",
    11: "time-exceeded",
  },
  icmpv6_type: {
    1: "destination-unreachable",
    2: "packet-too-big",
    3: "time-exceeded",
    4: "parameter-problem",
    128: "echo-request",
    129: "echo-reply",
    130: "mld-listener-query",
    133: "nd-router-solicit",
    134: "nd-router-advert",
    135: "nd-neighbor-solicit",
    136: "nd-neighbor-advert",
    137: "nd-redirect",
  },
};

/** Flags by bit, lowest first, as nft lists several. */
const flagNames = {
  ct_state: { 1: "invalid", 2: "established", 4: "related", 8: "new", 64: "untracked" },
  ct_status: {
    1: "expected",
    2: "seen-reply",
    4: "assured",
    8: "confirmed",
    16: "snat",
    32: "dnat",
    512: "dying",
  },
} as const satisfies { readonly [Type in ValueType]?: Readonly<Record<number, string>> };

/** A value as nft writes it. Bytes behind the value's own (padding) are not looked at. */
export function formatValue(type: ValueType, bytes: Uint8Array): string {
  switch (type) {
    case "ipv4_addr":
      return bytes.subarray(0, 4).join(".");
    case "ipv6_addr":
      return formatIpv6(bytes.subarray(0, 16));
    case "ether_addr":
      return [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
    case "ifname":
      return formatInterface(bytes);
    case "mark":
      return `0x${numberOf(type, bytes).toString(16).padStart(8, "0")}`;
    case "classid":
      return formatClass(numberOf(type, bytes));
    default: {
      const value = numberOf(type, bytes);
      return names[type]?.[value] ?? formatFlags(type, value) ?? String(value);
    }
  }
}

/** A number of the type's length, in the type's order of bytes. */
export function numberOf(type: ValueType, bytes: Uint8Array): number {
  const { lengthBytes, order } = typeFacts[type];
  const own = [...bytes.subarray(0, lengthBytes)];
  const bigEndian = order === "network" ? own : own.reverse();
  return bigEndian.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** "established,related"; undefined for a type that has no flags. */
export function formatFlags(type: ValueType, value: number): string | undefined {
  if (type !== "ct_state" && type !== "ct_status") return undefined;
  const set = Object.entries(flagNames[type]).filter(([bit]) => (value & Number(bit)) !== 0);
  return set.map(([, name]) => name).join(",");
}

/** RFC 5952, with the last 32 bits of IPv4-mapped and IPv4-compatible addresses in dots as inet_ntop(3) has them. */
function formatIpv6(bytes: Uint8Array): string {
  const zeros = bytes.findIndex((byte) => byte !== 0);
  const dotted = bytes.subarray(12).join(".");
  if (zeros === 10 && bytes[10] === 0xff && bytes[11] === 0xff) return `::ffff:${dotted}`;
  if (zeros === 12 || zeros === 13) return `::${dotted}`;
  return new ipaddr.IPv6([...bytes]).toString();
}

/** Fewer than 16 bytes are what a name begins with. */
function formatInterface(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const end = text.indexOf("\0");
  return end < 0 && bytes.length < 16 ? `"${text}*"` : `"${end < 0 ? text : text.slice(0, end)}"`;
}

/** "f000:1": the halves of skb->priority as tc writes them. */
function formatClass(value: number): string {
  if (value === 0) return "none";
  if (value === 0xffffffff) return "root";
  return `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** "1h30m", "4s996ms". */
export function formatDuration(durationMs: number): string {
  let left = durationMs;
  let text = "";
  for (const [unit, lengthMs] of units) {
    const count = Math.floor(left / lengthMs);
    if (count > 0) text += `${count}${unit}`;
    left -= count * lengthMs;
  }
  return text === "" ? "0s" : text;
}
