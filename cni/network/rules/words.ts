import { encodeIp, type IpFamily } from "#linux/netlink/ip.ts";
import type { Expression, MetaKey, PayloadField, Rule, Statement } from "#linux/nft/contract.ts";
import type { HostPort } from "../../contract.ts";

/** Short words for rules, and the bytes of keys: parts padded to 4 bytes, addresses and ports in network order. */

export const payload = (field: PayloadField): Expression => ({ kind: "payload", field });
export const meta = (key: MetaKey): Expression => ({ kind: "meta", key });

export const rule = (...statements: Statement[]): Rule => ({ statements });

const match = (left: Expression, right: Uint8Array): Statement => {
  return { kind: "match", left, op: "==", right };
};

export const inSet = (set: string, ...key: Expression[]): Statement => {
  return { kind: "inSet", key, set, negated: false };
};

export const notInSet = (set: string, ...key: Expression[]): Statement => {
  return { kind: "inSet", key, set, negated: true };
};

export const verdict = (kind: "accept" | "drop" | "return"): Statement => {
  return { kind: "verdict", verdict: { kind } };
};

export const goto = (chain: string): Statement => {
  return { kind: "verdict", verdict: { kind: "goto", chain } };
};

export const jump = (chain: string): Statement => {
  return { kind: "verdict", verdict: { kind: "jump", chain } };
};

export const masquerade: Statement = { kind: "masquerade", fullyRandom: true };

/** NFPROTO_IPV4 and NFPROTO_IPV6. */
export const ofFamily = (family: IpFamily): Statement =>
  match(meta("nfproto"), Uint8Array.of(family === 4 ? 2 : 10));

/** RTN_LOCAL: an address of this node. */
export const toNode: Statement = match(
  { kind: "fib", of: "daddr", result: "type" },
  new Uint8Array(Uint32Array.of(2).buffer),
);

/** IPS_DST_NAT. */
export const isTranslated: Statement = {
  kind: "matchBits",
  left: { kind: "ct", key: "status" },
  mask: 0x20,
  op: "!=",
  value: 0,
};

/** `ct state new`. */
export const isNew: Statement = {
  kind: "matchBits",
  left: { kind: "ct", key: "state" },
  mask: 8,
  op: "!=",
  value: 0,
};

export function wordsOf(family: IpFamily) {
  const protocol = family === 4 ? "ip" : "ip6";
  return {
    protocol,
    saddr: payload(`${protocol} saddr`),
    daddr: payload(`${protocol} daddr`),
    addressType: family === 4 ? "ipv4_addr" : "ipv6_addr",
  } as const;
}

const protocolNumbers: Readonly<Record<HostPort["protocol"], number>> = {
  tcp: 6,
  udp: 17,
  sctp: 132,
};

export const protocolKey = (protocol: HostPort["protocol"]): Uint8Array =>
  Uint8Array.of(protocolNumbers[protocol], 0, 0, 0);

export const portKey = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 0xff, 0, 0);

/** Of an address with or without the length of its network. */
export const addressKey = (address: string): Uint8Array => encodeIp(address.split("/")[0] ?? "");

export const nameKey = (name: string): Uint8Array => {
  const bytes = new Uint8Array(INTERFACE_NAME_BYTES);
  bytes.set(Buffer.from(name));
  return bytes;
};

export const macKey = (mac: string): Uint8Array =>
  Buffer.concat([Buffer.from(mac.replaceAll(":", ""), "hex"), Buffer.alloc(2)]);

const INTERFACE_NAME_BYTES = 16;
