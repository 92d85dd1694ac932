/** IP addresses as text and as bytes in place, for the record codecs: nothing is allocated on the way to the wire. */

const DOT = 0x2e;
const ZERO = 0x30;

/**
 * Writes dotted-quad text as 4 bytes at offset. False, and the bytes undefined, when the text is no IPv4 address;
 * leading zeros are refused because some readers take them for octal.
 */
export function writeIPv4(text: string, bytes: Uint8Array, offset: number): boolean {
  let octets = 0;
  let value = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = i < text.length ? text.charCodeAt(i) : DOT;
    if (char === DOT) {
      if (digits === 0 || octets === 4) return false;
      bytes[offset + octets++] = value;
      value = 0;
      digits = 0;
      continue;
    }
    const digit = char - ZERO;
    if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false;
    value = value * 10 + digit;
    digits++;
    if (value > 255) return false;
  }
  return octets === 4;
}

/** Dotted-quad text of the 4 bytes at offset. */
export function readIPv4(bytes: Uint8Array, offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

/** Writes IPv6 text (RFC 4291 §2.2, no zone index) as 16 bytes at offset; false when it is none. */
export function writeIPv6(text: string, bytes: Uint8Array, offset: number): boolean {
  const [before = "", after, ...more] = text.split("::");
  const head = groupsOf(before, after === undefined);
  const tail = groupsOf(after ?? "", true);
  if (head === undefined || tail === undefined || more.length > 0) return false;
  const zeros = 8 - head.length - tail.length;
  if (after === undefined ? zeros !== 0 : zeros < 1) return false;
  const groups = [...head, ...Array<number>(zeros).fill(0), ...tail];
  groups.forEach((group, i) => {
    bytes[offset + 2 * i] = group >> 8;
    bytes[offset + 2 * i + 1] = group & 0xff;
  });
  return true;
}

function groupsOf(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const words = text.split(":");
  for (const [i, word] of words.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(word)) {
      groups.push(Number.parseInt(word, 16));
      continue;
    }
    const quad = new Uint8Array(4);
    if (!mayEndInIPv4 || i < words.length - 1 || !writeIPv4(word, quad, 0)) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = quad;
    groups.push((a << 8) | b, (c << 8) | d);
  }
  return groups;
}

/** Canonical text (RFC 5952) of the 16 bytes at offset; mapped IPv4 addresses end in a dotted quad (§5). */
export function readIPv6(bytes: Uint8Array, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => {
    const [high = 0, low = 0] = bytes.subarray(offset + 2 * i, offset + 2 * i + 2);
    return (high << 8) | low;
  });
  if (groups[5] === 0xffff && groups.every((group, i) => i >= 5 || group === 0)) {
    return `::ffff:${readIPv4(bytes, offset + 12)}`;
  }
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(":");
  return `${hex.slice(0, run.start).join(":")}::${hex.slice(run.start + run.length).join(":")}`;
}

/** The first of the longest runs (RFC 5952 §4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}
