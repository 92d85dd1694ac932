import type { NamedSet } from "../contract.ts";
import { kernelLength, paddedLength } from "../types.ts";

/** How the elements of a set lie in messages, worked out once per set. */
export interface ElementLayout {
  /** Bytes of the key as the contract has it, and as the kernel takes it. */
  readonly paddedKeyBytes: number;
  readonly keyBytes: number;
  /** `verdict`, bytes of the data as the kernel takes them, or none. */
  readonly data: "none" | "verdict" | number;
  /**
   * none: single keys. second: a range's end is an element of its own, which carries a flag and the key behind the
   * range's last. same: both ends lie in one element (concatenations).
   */
  readonly ends: "none" | "second" | "same";
}

export function layoutOf(set: NamedSet): ElementLayout {
  return {
    paddedKeyBytes: paddedLength(set.key),
    keyBytes: kernelLength(set.key),
    data:
      set.data === undefined ? "none" : set.data === "verdict" ? "verdict" : kernelLength(set.data),
    ends: set.interval !== true ? "none" : set.key.length > 1 ? "same" : "second",
  };
}

/** The key behind the given one in network order; undefined behind the last. */
export function keyAfter(key: Uint8Array): Uint8Array | undefined {
  const next = Uint8Array.from(key);
  for (let index = next.length - 1; index >= 0; index -= 1) {
    const byte = ((next[index] ?? 0) + 1) & 0xff;
    next[index] = byte;
    if (byte !== 0) return next;
  }
  return undefined;
}
