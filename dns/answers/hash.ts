/**
 * Hash of a wire name, four bytes at a time and blind to ASCII case: every byte is folded with 0x20, which maps some
 * distinct bytes together but never tells equal names apart. Read by the compiler of entries and by every query.
 */
const SEED = 0x9e37_79b1;

/** Keeps the low 1..3 bytes of the last word; index is `length & 3`. */
export const tailMask = new Int32Array([-1, 0xff, 0xffff, 0xff_ffff]);

/**
 * @param words memory that holds the name, word aligned
 * @param start word offset of the name
 * @param lengthBytes length with the root label
 * @returns never 0, which marks an unused slot
 */
export function hashName(words: Int32Array, start: number, lengthBytes: number): number {
  const fullWords = lengthBytes >> 2;
  const end = start + fullWords;
  let hash = lengthBytes;
  for (let at = start; at < end; at++) {
    const word = (words[at] as number) | 0x2020_2020;
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ word, SEED);
  }
  const rest = lengthBytes & 3;
  if (rest !== 0) {
    const word = ((words[end] as number) | 0x2020_2020) & (tailMask[rest] as number);
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ word, SEED);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  return hash === 0 ? 1 : hash;
}
