/**
 * IP addresses in text and as bytes, without `node:net` and its streams and without a package: a CNI plugin that is a
 * process of one call would be loading either for a twentieth of its time.
 */

/** 4 or 6 for an IP address, an IPv6 one with or without its zone; 0 for anything else: as `node:net` has it. */
export function isIP(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) return 4;
  return ipv6Bytes(text) === undefined ? 0 : 6;
}

export function isIPv4(text: string): boolean {
  return ipv4Number(text) !== undefined;
}

/** The 4 or 16 bytes of an address in network order, without the zone; undefined for what is none. */
export function ipBytes(text: string): Buffer | undefined {
  const number = ipv4Number(text);
  if (number === undefined) return ipv6Bytes(text);
  return Buffer.from([number >>> 24, number >>> 16, number >>> 8, number]);
}

/** The usual text of 4 or 16 bytes (RFC 5952, without its dots in IPv6). */
export function ipText(bytes: Uint8Array): string {
  // Not join(), which takes a microsecond: tables have hundreds of thousands of addresses.
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups = Array.from({ length: 8 }, (_, index) => groupAt(bytes, 2 * index));
  const { start, length } = longestRunOfZeros(groups);
  if (length < 2) return hexadecimal(groups);
  return `${hexadecimal(groups.slice(0, start))}::${hexadecimal(groups.slice(start + length))}`;
}

/** The IPv4 address that a v4-mapped one stands for (RFC 4291 §2.5.5.2); any other as it is. */
export function withoutMapping(bytes: Uint8Array): Uint8Array {
  const isMapped =
    bytes.length === 16 && bytes.subarray(0, 12).every((byte, at) => byte === mapped[at]);
  return isMapped ? bytes.subarray(12) : bytes;
}

const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

const ZERO = 48;
const DOT = 46;

/** Undefined for anything but four decimal numbers without leading zeros. */
function ipv4Number(text: string): number | undefined {
  let number = 0;
  let dots = 0;
  let part: number | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT && part !== undefined) {
      number = number * 256 + part;
      dots += 1;
      part = undefined;
    } else {
      if (code < ZERO || code > ZERO + 9 || part === 0) return undefined;
      part = (part ?? 0) * 10 + code - ZERO;
      if (part > 255) return undefined;
    }
  }
  return dots === 3 && part !== undefined ? number * 256 + part : undefined;
}

/** RFC 4291 §2.2, RFC 4007 §11. */
function ipv6Bytes(text: string): Buffer | undefined {
  const [address = "", ...zone] = text.split("%");
  if (zone.length > 0 && !/^[0-9a-z.:-]+$/i.test(zone.join("%"))) return undefined;
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const first = groupBytes(head, tail === undefined);
  const last = groupBytes(tail ?? "", true);
  if (first === undefined || last === undefined) return undefined;
  const missing = 16 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  const bytes = Buffer.alloc(16);
  bytes.set(first);
  bytes.set(last, 16 - last.length);
  return bytes;
}

/** What stands on one side of "::"; the last group of all can be an IPv4 address. */
function groupBytes(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    const value = Number.parseInt(group, 16);
    if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(value >> 8, value & 0xff);
    else if (isLast && index === groups.length - 1 && isIPv4(group))
      bytes.push(...group.split(".").map(Number));
    else return undefined;
  }
  return bytes;
}

const groupAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const hexadecimal = (groups: readonly number[]): string =>
  groups.map((group) => group.toString(16)).join(":");

/** The first of the longest ones. */
function longestRunOfZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start > longest.length) longest = { start, length: end - start };
    start = end;
  }
  return longest;
}
