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
  const version = isIP(text);
  if (version === 4) return { family: 4, value: BigInt(ipv4Number(text)) };
  if (version === 0 || text.includes("%")) return undefined;
  const address = ipaddr.process(text);
  const value = address.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { family: address.kind() === "ipv4" ? 4 : 6, value };
}

/** Most addresses are of IPv4: no need for the way that IPv6 takes. */
const ipv4Number = (text: string): number =>
  text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function ipv4Text(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 0xff}.${(number >>> 8) & 0xff}.${number & 0xff}`;
}

/** The canonical text (RFC 5952), which is also what the reference plugin calls a lease's file. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return ipv4Text(Number(value));
  const bytes = Array.from({ length: 16 }, (_, index) =>
    Number((value >> BigInt(8 * (15 - index))) & 0xffn),
  );
  return new ipaddr.IPv6(bytes).toRFC5952String();
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
