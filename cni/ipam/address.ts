import ipaddr from "ipaddr.js";
import { isIP } from "#linux/is-ip.ts";

/** An address as a number, to count and compare with. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface Subnet {
  readonly family: 4 | 6;
  /** The network's own address: no host bits. */
  readonly first: bigint;
  /** Its last address, in IPv4 the broadcast. */
  readonly last: bigint;
  readonly prefixLength: number;
}

export const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

/** An address in text; a v4-mapped one is the IPv4 address it stands for. Undefined for what is none. */
export function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes("%")) return undefined;
  const address = ipaddr.process(text);
  const value = address.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { family: address.kind() === "ipv4" ? 4 : 6, value };
}

/** The canonical text (RFC 5952), which is also what the reference plugin calls a lease's file. */
export function formatAddress({ family, value }: Address): string {
  const bytes = Array.from({ length: bitsOf(family) / 8 }, (_, index) =>
    Number((value >> BigInt(bitsOf(family) - 8 * (index + 1))) & 0xffn),
  );
  return family === 4 ? bytes.join(".") : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** "10.1.2.0/24" with its host bits as they are given; undefined for what is no prefix. */
export function parsePrefix(
  text: string,
): { readonly address: Address; readonly prefixLength: number } | undefined {
  const [, host = "", digits = ""] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefixLength = Number(digits);
  return address === undefined || prefixLength > bitsOf(address.family)
    ? undefined
    : { address, prefixLength };
}

export function subnetOf({ family, value }: Address, prefixLength: number): Subnet {
  const hostMask = (1n << BigInt(bitsOf(family) - prefixLength)) - 1n;
  const first = value & ~hostMask;
  return { family, first, last: first | hostMask, prefixLength };
}

export function isInSubnet({ family, value }: Address, subnet: Subnet): boolean {
  return family === subnet.family && value >= subnet.first && value <= subnet.last;
}
