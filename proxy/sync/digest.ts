import type { Element } from "#linux/nft/contract.ts";
import { dataText, keyText } from "./element-key.ts";

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
    const value = `${keyText(element)}=${dataText(element)}`;
    this.#count += sign;
    this.#low = (this.#low + sign * hash(value, 0x811c9dc5)) | 0;
    this.#high = (this.#high + sign * hash(value, 0x2545f491)) | 0;
  }
}

/** FNV-1a with a finisher, as sums of plain FNV of similar keys are too alike. */
function hash(value: string, seed: number): number {
  let state = seed;
  for (let i = 0; i < value.length; i++) state = Math.imul(state ^ value.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
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
