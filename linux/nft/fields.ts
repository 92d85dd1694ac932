import type { CtKey, Expression, MetaKey, PayloadField } from "./contract.ts";
import { typeFacts, type ValueType } from "./types.ts";

/** Checksums that a write to the field must mend (enum nft_payload_csum_types). */
interface Checksum {
  readonly type: 0 | 1 | 2;
  readonly offset: number;
  /** The transport checksum covers the field by its pseudo-header. */
  readonly pseudoHeader: boolean;
}

export interface FieldFacts {
  /** enum nft_payload_bases: 0 link, 1 network, 2 transport header. */
  readonly base: 0 | 1 | 2;
  readonly offset: number;
  readonly type: ValueType;
  readonly checksum: Checksum;
}

const none: Checksum = { type: 0, offset: 0, pseudoHeader: false };
const ipv4: Checksum = { type: 1, offset: 10, pseudoHeader: true };
const ipv6: Checksum = { type: 0, offset: 0, pseudoHeader: true };

/** Where each field lies. */
export const payloadFields: Readonly<Record<PayloadField, FieldFacts>> = {
  "ip saddr": { base: 1, offset: 12, type: "ipv4_addr", checksum: ipv4 },
  "ip daddr": { base: 1, offset: 16, type: "ipv4_addr", checksum: ipv4 },
  "ip6 saddr": { base: 1, offset: 8, type: "ipv6_addr", checksum: ipv6 },
  "ip6 daddr": { base: 1, offset: 24, type: "ipv6_addr", checksum: ipv6 },
  "th sport": { base: 2, offset: 0, type: "inet_service", checksum: none },
  "th dport": { base: 2, offset: 2, type: "inet_service", checksum: none },
  "tcp dport": transportPort(1, 16),
  "udp dport": transportPort(1, 6),
  "sctp dport": transportPort(2, 8),
  "icmp type": { base: 2, offset: 0, type: "icmp_type", checksum: none },
  "icmpv6 type": { base: 2, offset: 0, type: "icmpv6_type", checksum: none },
  "ether saddr": { base: 0, offset: 6, type: "ether_addr", checksum: none },
  "ether daddr": { base: 0, offset: 0, type: "ether_addr", checksum: none },
  "arp saddr ip": { base: 1, offset: 14, type: "ipv4_addr", checksum: none },
  "arp saddr ether": { base: 1, offset: 8, type: "ether_addr", checksum: none },
};

function transportPort(type: 1 | 2, offset: number): FieldFacts {
  return {
    base: 2,
    offset: 2,
    type: "inet_service",
    checksum: { type, offset, pseudoHeader: false },
  };
}

/** enum nft_meta_keys, and the type of each. */
export const metaKeys: Readonly<Record<MetaKey, { number: number; type: ValueType }>> = {
  protocol: { number: 1, type: "ether_type" },
  priority: { number: 2, type: "classid" },
  mark: { number: 3, type: "mark" },
  iif: { number: 4, type: "iface_index" },
  oif: { number: 5, type: "iface_index" },
  iifname: { number: 6, type: "ifname" },
  oifname: { number: 7, type: "ifname" },
  skuid: { number: 10, type: "uid" },
  nfproto: { number: 15, type: "nf_proto" },
  l4proto: { number: 16, type: "inet_proto" },
};

interface CtFacts {
  readonly number: number;
  readonly type: ValueType;
  /** enum ip_conntrack_dir: 0 original, 1 reply. */
  readonly direction?: 0 | 1;
}

/** enum nft_ct_keys, and the type of each. */
export const ctKeys: Readonly<Record<CtKey, CtFacts>> = {
  state: { number: 0, type: "ct_state" },
  direction: { number: 1, type: "ct_dir" },
  status: { number: 2, type: "ct_status" },
  mark: { number: 3, type: "mark" },
  "original ip saddr": { number: 19, type: "ipv4_addr", direction: 0 },
  "original ip daddr": { number: 20, type: "ipv4_addr", direction: 0 },
  "original ip6 saddr": { number: 21, type: "ipv6_addr", direction: 0 },
  "original ip6 daddr": { number: 22, type: "ipv6_addr", direction: 0 },
  "original proto-src": { number: 11, type: "inet_service", direction: 0 },
  "original proto-dst": { number: 12, type: "inet_service", direction: 0 },
  "reply ip saddr": { number: 19, type: "ipv4_addr", direction: 1 },
  "reply ip6 saddr": { number: 21, type: "ipv6_addr", direction: 1 },
  "reply proto-src": { number: 11, type: "inet_service", direction: 1 },
};

/** Type of what an expression loads; a lookup's is known to its map alone. */
export function typeOf(expression: Expression): ValueType | undefined {
  switch (expression.kind) {
    case "payload":
      return payloadFields[expression.field].type;
    case "meta":
      return metaKeys[expression.key].type;
    case "ct":
      return ctKeys[expression.key].type;
    case "fib":
      return "fib_addrtype";
    case "socket":
      return "boolean";
    case "constant":
      return expression.type;
    case "numgen":
    case "jhash":
      return "mark";
    case "lookup":
      return undefined;
  }
}

/** Bytes that the expression takes as part of a key. */
export function paddedLengthOf(expression: Expression): number {
  const type = typeOf(expression);
  return type === undefined ? 4 : (typeFacts[type].lengthBytes + 3) & ~3;
}
