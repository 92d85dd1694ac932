import type { Element } from "#linux/nft/contract.ts";
import { verdictText } from "./element-key.ts";

/**
 * What a set holds, as a number of elements and a sum over them that does not depend on their order: kept up with each
 * change, and compared with what a scan of the kernel gives. 64 bits, so that no drift goes unseen by chance.
 */
export class SetDigest {
  #count = 0;
  #low = 0;
  #high = 0;

  get count(): number {
    return this.#count;
  }

  add(element: Element): void {
    this.#change(element, 1);
  }

  remove(element: Element): void {
    this.#change(element, -1);
  }

  equals(other: SetDigest): boolean {
    return this.#count === other.#count && this.#low === other.#low && this.#high === other.#high;
  }

  #change(element: Element, sign: 1 | -1): void {
    this.#count += sign;
    this.#low = (this.#low + sign * hash(element, 0x811c9dc5)) | 0;
    this.#high = (this.#high + sign * hash(element, 0x2545f491)) | 0;
  }
}

/** FNV-1a with a finisher, as sums of plain FNV of similar keys are too alike. */
function hash({ key, keyEnd, data }: Element, seed: number): number {
  let state = hashBytes(seed, key);
  // A range of one key is that key.
  if (keyEnd !== undefined && !sameBytes(key, keyEnd)) state = hashBytes(state, keyEnd);
  if (data !== undefined) {
    state = Math.imul(state ^ SEPARATOR, PRIME);
    state =
      data instanceof Uint8Array ? hashBytes(state, data) : hashText(state, verdictText(data));
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}

const PRIME = 0x01000193;
/** No byte: keys and data of other lengths cannot be taken for one another. */
const SEPARATOR = 0x100;

/** By index: a restart hashes some hundred thousand keys, and an iterator for each would be garbage. */
function hashBytes(seed: number, bytes: Uint8Array): number {
  let state = seed;
  for (let i = 0; i < bytes.length; i++) state = Math.imul(state ^ (bytes[i] ?? 0), PRIME);
  return state;
}

function hashText(seed: number, text: string): number {
  let state = seed;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), PRIME);
  return state;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The digests of a table's sets by name; one that is asked for first is empty. */
export class TableDigest {
  readonly #sets = new Map<string, SetDigest>();

  of(set: string): SetDigest {
    let digest = this.#sets.get(set);
    if (digest === undefined) {
      digest = new SetDigest();
      this.#sets.set(set, digest);
    }
    return digest;
  }
}
