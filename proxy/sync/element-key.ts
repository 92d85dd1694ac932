import type { Element, Verdict } from "#linux/nft/contract.ts";
import type { SetElement } from "../layout/contract.ts";

/** Bytes as a string of the same length: what elements are compared and looked up by. */
export function text(bytes: Uint8Array): string {
  // What is read from the kernel is a Buffer already; there are hundreds of thousands.
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("latin1");
}

/** What tells an element from the others of its set. A range of one key is that key. */
export function keyText({ key, keyEnd }: Element): string {
  const first = text(key);
  const last = keyEnd === undefined ? first : text(keyEnd);
  return first === last ? first : first + last;
}

/** What an element holds besides its key. */
export function dataText({ data }: Element): string {
  if (data === undefined) return "";
  return data instanceof Uint8Array ? text(data) : verdictText(data);
}

export function verdictText(verdict: Verdict): string {
  return "chain" in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

/** The set and the key. */
export function elementName({ set, element }: SetElement): string {
  return `${set} ${keyText(element)}`;
}
