/** The exact, case-blind search of the answer table. Runs for every query: no allocation, no closures. */
import { tailMask } from "./hash.ts";
import { SLOT_TABLE_HEAD } from "./layout.ts";

/** The entry lies behind the end of the reader's view: renew the view and search again. */
export const BEYOND_VIEW = -1;

/** ASCII lower case of four bytes at once. Label lengths (< 64) are below "A" and stay as they are. */
export function lowerWord(word: number): number {
  const low = word & 0x7f7f_7f7f;
  // Bit 7 of each byte: (byte >= "A") xor (byte > "Z"), for ASCII bytes only.
  const upper = (low + 0x3f3f_3f3f) ^ (low + 0x2525_2525);
  return word | ((upper & ~word & 0x8080_8080) >>> 2);
}

/** True when the entry's name equals the name in `query`, whatever its case. */
export function hasName(
  words: Int32Array,
  entry: number,
  query: Int32Array,
  start: number,
  lengthBytes: number,
): boolean {
  if (((words[entry] as number) & 0xff) !== lengthBytes) return false;
  const fullWords = lengthBytes >> 2;
  for (let i = 0; i < fullWords; i++) {
    const asked = query[start + i] as number;
    const stored = words[entry + 1 + i] as number;
    if (asked !== stored && lowerWord(asked) !== stored) return false;
  }
  const rest = lengthBytes & 3;
  if (rest === 0) return true;
  const asked = (query[start + fullWords] as number) & (tailMask[rest] as number);
  return lowerWord(asked) === (words[entry + 1 + fullWords] as number);
}

/**
 * @param table word offset of the slot table
 * @param query memory that holds the wire name asked, word aligned, in any case
 * @returns word offset of the entry, 0 when there is none, BEYOND_VIEW
 */
export function findEntry(
  words: Int32Array,
  table: number,
  hash: number,
  query: Int32Array,
  start: number,
  lengthBytes: number,
): number {
  const mask = words[table] as number;
  const slots = table + SLOT_TABLE_HEAD;
  let slot = hash & mask;
  for (;;) {
    const at = slots + 2 * slot;
    const stored = words[at] as number;
    if (stored === 0) return 0;
    if (stored === hash) {
      // Atomic: orders the entry's words, written before it was published, before our reads of them.
      const entry = Atomics.load(words, at + 1);
      if (entry >= words.length) return BEYOND_VIEW;
      if (entry !== 0 && hasName(words, entry, query, start, lengthBytes)) return entry;
    }
    slot = (slot + 1) & mask;
  }
}
