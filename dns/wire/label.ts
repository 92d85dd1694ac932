/** One label between presentation text (RFC 1035 §5.1) and its octets. */
import { MAX_LABEL_BYTES } from "./constants.ts";
import { WireError } from "./wire-error.ts";

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** Written as backslash and the character itself; the zone-file readers give each of them a meaning. */
const SPECIAL = '"$().;@\\';

/** How each octet of a label is written: itself, escaped, or as \DDD. */
export const octetText: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const char = String.fromCharCode(octet);
  if (SPECIAL.includes(char)) return `\\${char}`;
  return octet > 0x20 && octet < 0x7f ? char : decimalEscape(octet);
});

/** \DDD, three decimal digits. */
export function decimalEscape(octet: number): string {
  return `\\${String(octet).padStart(3, "0")}`;
}

/**
 * The octet meant by the backslash at index `at`, and how many characters say so (2 or 4).
 * Throws WireError for a backslash at the end and for \DDD above 255.
 */
export function unescapeAt(text: string, at: number): { octet: number; width: number } {
  const digits = /^\d{3}/.exec(text.slice(at + 1, at + 4));
  const octet = digits === null ? text.charCodeAt(at + 1) : Number(digits[0]);
  if (!(octet <= 0xff)) throw new WireError(`"${text}" has a backslash that escapes nothing`);
  return { octet, width: digits === null ? 2 : 4 };
}

/**
 * Writes the label of `name` that starts at index `at` as length and octets, and returns the index behind its dot:
 * where the next label starts. Throws WireError when the label is empty, too long, holds characters above ASCII
 * (those are written \DDD) or has no dot behind it.
 */
export function writeLabel(name: string, at: number, bytes: Uint8Array, offset: number): number {
  let end = offset + 1;
  let index = at;
  while (index < name.length) {
    const char = name.charCodeAt(index++);
    if (char === DOT) {
      const lengthBytes = end - offset - 1;
      if (lengthBytes === 0) throw new WireError(`name "${name}" has an empty label`);
      if (lengthBytes > MAX_LABEL_BYTES) {
        throw new WireError(`name "${name}" has a label over ${MAX_LABEL_BYTES} bytes`);
      }
      bytes[offset] = lengthBytes;
      return index;
    }
    if (char === BACKSLASH) {
      const { octet, width } = unescapeAt(name, index - 1);
      bytes[end++] = octet;
      index += width - 1;
    } else if (char < 0x80) {
      bytes[end++] = char;
    } else {
      throw new WireError(`name "${name}" has a character above ASCII: write it \\DDD`);
    }
  }
  throw new WireError(`name "${name}" is not absolute: its last dot is missing`);
}

/** Index behind the dot that ends the label starting at `at`; the text's length when there is no further dot. */
export function nextLabel(name: string, at: number): number {
  for (let index = at; index < name.length; index++) {
    const char = name.charCodeAt(index);
    if (char === DOT) return index + 1;
    if (char === BACKSLASH) index++;
  }
  return name.length;
}
