import type { Element } from "#linux/nft/contract.ts";
import type { SetElement } from "../layout/contract.ts";

/** Bytes as a string of the same length: what elements are compared and looked up by. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
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
  if (data instanceof Uint8Array) return text(data);
  return "chain" in data ? `${data.kind} ${data.chain}` : data.kind;
}

/** The set and the key. */
export function elementName({ set, element }: SetElement): string {
  return `${set} ${keyText(element)}`;
}
