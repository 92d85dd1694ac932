import ipaddr from "ipaddr.js";

const CIDR = /^([0-9a-f.:]+)\/(\d+)$/i;

/** True for what is written as an address with a prefix length; names such as 0/25.2.0.192.in-addr.arpa are not. */
export function isCidr(text: string): boolean {
  return CIDR.test(text);
}

/**
 * The reverse zones that cover a CIDR block: one when the prefix ends at an octet (IPv4) or nibble (IPv6), else one
 * for each value of the digit it ends in. Undefined when it is no valid block.
 */
export function reverseZones(cidr: string): string[] | undefined {
  const [, address = "", length = ""] = CIDR.exec(cidr) ?? [];
  if (
    !ipaddr.isValid(address) ||
    (!address.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(address))
  ) {
    return undefined;
  }
  const parsed = ipaddr.parse(address);
  const isIPv4 = parsed.kind() === "ipv4";
  const bytes = parsed.toByteArray();
  const prefixBits = Number(length);
  if (prefixBits > bytes.length * 8) return undefined;

  const digits = isIPv4 ? bytes : bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  const [digitBits, radix, suffix] = isIPv4 ? [8, 10, "in-addr.arpa."] : [4, 16, "ip6.arpa."];
  const zoneOf = (zoneDigits: readonly number[]) =>
    [...zoneDigits.map((digit) => digit.toString(radix)).reverse(), suffix].join(".");

  const wholeDigits = Math.floor(prefixBits / digitBits);
  const head = digits.slice(0, wholeDigits);
  const restBits = prefixBits % digitBits;
  if (restBits === 0) return [zoneOf(head)];
  const count = 2 ** (digitBits - restBits);
  const first = (digits[wholeDigits] ?? 0) & ~(count - 1);
  return Array.from({ length: count }, (_, index) => zoneOf([...head, first + index]));
}
