/**
 * Memory for slot tables and entries: a growable SharedArrayBuffer that hands out blocks by size class. Only the
 * writer allocates; views are fixed-length and renewed after growth, since length-tracking views cost five times as
 * much to read.
 */
import { CONTROL_WORDS } from "./layout.ts";

/** Address space only: pages count as memory once they are touched. */
const MAX_ARENA_BYTES = 1 << 30;
const GROWTH_STEP_BYTES = 1 << 20;
/** Blocks up to this many words have a class of their own size, rounded up to two words. */
const EXACT_CLASS_WORDS = 64;

/** Rounds a block up to its class: exact for small ones, within a quarter above. */
export function classWords(words: number): number {
  if (words <= EXACT_CLASS_WORDS) return (words + 1) & ~1;
  const step = 1 << (31 - Math.clz32(words - 1) - 2);
  return Math.ceil(words / step) * step;
}

export class Arena {
  readonly buffer: SharedArrayBuffer;
  /** The whole arena as words; a new array after growth. */
  words: Int32Array;
  #nextWord = CONTROL_WORDS;
  readonly #free = new Map<number, number[]>();
  #allocatedWords = 0;
  /** Words before the ends of older views that no block was cut from; never touched. */
  #skippedWords = 0;

  constructor() {
    this.buffer = new SharedArrayBuffer(GROWTH_STEP_BYTES, { maxByteLength: MAX_ARENA_BYTES });
    this.words = new Int32Array(this.buffer, 0, GROWTH_STEP_BYTES >> 2);
  }

  /** Bytes in blocks that are in use, with their rounding. */
  get allocatedBytes(): number {
    return this.#allocatedWords * 4;
  }

  /** Bytes that were ever touched; the resident size of the table. */
  get residentBytes(): number {
    return (this.#nextWord - this.#skippedWords) * 4;
  }

  /** Returns the word offset of a block of at least that many words; its content is undefined. */
  allocate(words: number): number {
    const size = classWords(words);
    this.#allocatedWords += size;
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) return reused;
    if (this.#nextWord + size > this.words.length) this.#grow(size);
    const offset = this.#nextWord;
    this.#nextWord += size;
    return offset;
  }

  /** Gives a block back. The caller knows that no reader can still see it. */
  free(offset: number, words: number): void {
    const size = classWords(words);
    this.#allocatedWords -= size;
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [offset]);
    else list.push(offset);
  }

  /**
   * Makes room for a block behind the present end. None lies across it: a reader whose view ends there tells by a
   * block's start alone whether it sees all of it.
   */
  #grow(size: number): void {
    const end = this.words.length;
    this.#skippedWords += end - this.#nextWord;
    this.#nextWord = end;
    const target = Math.ceil(((end + size) * 4) / GROWTH_STEP_BYTES) * GROWTH_STEP_BYTES;
    this.buffer.grow(target);
    this.words = new Int32Array(this.buffer, 0, target >> 2);
  }
}
