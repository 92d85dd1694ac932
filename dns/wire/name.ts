/** What plugins and configuration ask of names. All are absolute presentation text unless said otherwise. */
import { MAX_NAME_BYTES } from "./constants.ts";
import { nextLabel, writeLabel } from "./label.ts";
import { readName } from "./name-reader.ts";
import { WireError } from "./wire-error.ts";

/** Uncompressed wire form. Throws WireError for text that is no absolute name within the limits. */
export function nameToWire(name: string): Uint8Array {
  if (name === ".") return new Uint8Array(1);
  // An escaped name can be four times as long as its octets; a longer text cannot be a name at all.
  if (name.length > 4 * MAX_NAME_BYTES) throw tooLong(name);
  const bytes = new Uint8Array(name.length + 2);
  let offset = 0;
  for (let at = 0; at < name.length; ) {
    at = writeLabel(name, at, bytes, offset);
    offset += 1 + (bytes[offset] ?? 0);
  }
  if (offset === 0) throw new WireError("a name is empty; the root is written .");
  if (offset + 1 > MAX_NAME_BYTES) throw tooLong(name);
  return bytes.slice(0, offset + 1);
}

const tooLong = (name: string) => new WireError(`name "${name}" is over ${MAX_NAME_BYTES} bytes`);

/** Presentation text of the name at offset; compression pointers are followed. */
export function nameFromWire(bytes: Uint8Array, offset = 0): string {
  return readName({ bytes, offset });
}

/** Lower case in ASCII alone (RFC 4343): names compare equal when their folded texts do. */
export function foldName(name: string): string {
  if (!/[A-Z]/.test(name)) return name;
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * What a person wrote as one canonical text: absolute, lower case, escapes as decodeMessage gives them.
 * The last dot may be missing. Throws WireError for text that is no name.
 */
export function canonicalName(text: string): string {
  const absolute = isAbsolute(text) ? text : `${text}.`;
  return foldName(nameFromWire(nameToWire(absolute)));
}

/** Whether the text ends in a dot that is not escaped. */
export function isAbsolute(name: string): boolean {
  return name.endsWith(".") && !isEscaped(name, name.length - 1);
}

function isEscaped(name: string, index: number): boolean {
  let backslashes = 0;
  while (name[index - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** Labels as presentation text, leftmost first; none for the root. */
export function labelsOf(name: string): string[] {
  const labels: string[] = [];
  if (name === ".") return labels;
  for (let at = 0; at < name.length; ) {
    const next = nextLabel(name, at);
    labels.push(name.slice(at, next - 1));
    at = next;
  }
  return labels;
}

/** Labels without the root: 0 for ".", 2 for "cluster.local.". */
export function labelCount(name: string): number {
  let count = 0;
  if (name === ".") return count;
  for (let at = 0; at < name.length; count++) at = nextLabel(name, at);
  return count;
}

/** The name without its leftmost label; undefined for the root. */
export function parentName(name: string): string | undefined {
  if (name === ".") return undefined;
  return name.slice(nextLabel(name, 0)) || ".";
}

/** Whether child is parent or below it, at a label border, in any case. */
export function isSubdomain(child: string, parent: string): boolean {
  if (parent === ".") return true;
  const border = child.length - parent.length - 1;
  if (!foldName(child).endsWith(foldName(parent))) return false;
  return border < 0 || (child[border] === "." && !isEscaped(child, border));
}
