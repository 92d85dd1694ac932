import { ipBytes, ipText, withoutMapping } from "#linux/ip-text.ts";

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
  const bytes = text.includes("%") ? undefined : ipBytes(text);
  if (bytes === undefined) return undefined;
  const own = withoutMapping(bytes);
  return own.length === 4
    ? { family: 4, value: BigInt(own.reduce((sum, byte) => sum * 256 + byte, 0)) }
    : { family: 6, value: own.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) };
}

/** The canonical text (RFC 5952), which is also what the reference plugin calls a lease's file. */
export function formatAddress({ family, value }: Address): string {
  const count = bitsOf(family) / 8;
  return ipText(
    Uint8Array.from({ length: count }, (_, index) =>
      Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn),
    ),
  );
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
