/**
 * Names to entries in shared memory, the write side: one writer, any number of readers that never wait. What an entry
 * holds behind its name is the caller's (compiled answers, cached messages); every entry begins with a word whose low
 * byte is the name's length, and the lower-case wire name.
 */
import { Arena } from "./arena.ts";
import { hashName } from "./hash.ts";
import {
  CONTROL_EPOCH,
  CONTROL_SERIAL,
  CONTROL_SLOTS,
  CONTROL_SYNCED,
  SLOT_TABLE_HEAD,
} from "./layout.ts";
import { findEntry, hasName } from "./lookup.ts";
import { RetiredBlocks } from "./quiescence.ts";

const INITIAL_SLOTS = 1024;
/** Longest wire name, in words. */
const NAME_WORDS = 64;
const TOMBSTONE = 0;

/** Sizes for metrics and benchmarks. */
export interface TableStatistics {
  readonly names: number;
  readonly slotBytes: number;
  readonly entryBytes: number;
  readonly residentBytes: number;
  readonly retiredBlocks: number;
}

/** Words that the entry at the offset takes, from its own content. */
export type EntryWords = (words: Int32Array, offset: number) => number;

export class NameTable {
  readonly #arena = new Arena();
  readonly #retired = new RetiredBlocks();
  readonly #entryWords: EntryWords;
  readonly #name = new Int32Array(NAME_WORDS);
  readonly #nameBytes = new Uint8Array(this.#name.buffer);
  #names = 0;
  /** Slots with a hash in them, tombstones included. */
  #usedSlots = 0;

  constructor(entryWords: EntryWords) {
    this.#entryWords = entryWords;
    this.#publishSlots(this.#newSlotTable(INITIAL_SLOTS));
    Atomics.store(this.words, CONTROL_EPOCH, 1);
  }

  /** The memory to hand to readers. */
  get buffer(): SharedArrayBuffer {
    return this.#arena.buffer;
  }

  /** The arena as of now; entries found are offsets into it. */
  get words(): Int32Array {
    return this.#arena.words;
  }

  get statistics(): TableStatistics {
    const slotBytes = (this.#mask + 1) * 8;
    return {
      names: this.#names,
      slotBytes,
      entryBytes: this.#arena.allocatedBytes - slotBytes,
      residentBytes: this.#arena.residentBytes,
      retiredBlocks: this.#retired.size,
    };
  }

  markSynced(): void {
    Atomics.store(this.words, CONTROL_SYNCED, 1);
  }

  get serial(): number {
    return Atomics.load(this.words, CONTROL_SERIAL) >>> 0;
  }

  set serial(serial: number) {
    Atomics.store(this.words, CONTROL_SERIAL, serial | 0);
  }

  /**
   * Adds or replaces the entry of a name (lower-case wire form).
   * @param packed the entry, its name included, in the first `size` words
   * @returns false when it stood there just so
   */
  put(name: Uint8Array, packed: Int32Array, size: number): boolean {
    const length = this.#loadName(name);
    const hash = hashName(this.#name, 0, length);
    const slot = this.#slotOf(hash, length);
    const before = slot === 0 ? 0 : (this.words[slot + 1] as number);
    if (before !== 0 && this.#equals(before, packed, size)) return false;

    const offset = this.#arena.allocate(size);
    this.words.set(packed.subarray(0, size), offset);
    if (slot === 0) this.#insert(hash, offset);
    else {
      Atomics.store(this.words, slot + 1, offset);
      this.#retire(before);
    }
    return true;
  }

  /** Removes a name. Returns false when there was none. */
  delete(name: Uint8Array): boolean {
    const length = this.#loadName(name);
    const slot = this.#slotOf(hashName(this.#name, 0, length), length);
    if (slot === 0) return false;
    const before = this.words[slot + 1] as number;
    Atomics.store(this.words, slot + 1, TOMBSTONE);
    this.#retire(before);
    this.#names--;
    return true;
  }

  /** Offset of the name's entry in `words`, 0 when there is none. Valid until the next write. */
  find(name: Uint8Array): number {
    const length = this.#loadName(name);
    const hash = hashName(this.#name, 0, length);
    return findEntry(this.words, this.#slots, hash, this.#name, 0, length);
  }

  /** Gives blocks that no reader can see any more back to the arena. Call after each batch of changes. */
  reclaim(): void {
    this.#retired.reclaim(this.words, (offset, words) => this.#arena.free(offset, words));
  }

  get #slots(): number {
    return this.words[CONTROL_SLOTS] as number;
  }

  get #mask(): number {
    return this.words[this.#slots] as number;
  }

  #retire(entry: number): void {
    this.#retired.retire(this.words, entry, this.#entryWords(this.words, entry));
  }

  #loadName(name: Uint8Array): number {
    this.#nameBytes.set(name);
    this.#nameBytes.fill(0, name.length, (name.length + 3) & ~3);
    return name.length;
  }

  #equals(offset: number, packed: Int32Array, size: number): boolean {
    const { words } = this;
    for (let i = 0; i < size; i++) {
      if (words[offset + i] !== packed[i]) return false;
    }
    return true;
  }

  /** Word offset of the slot that holds the name in #name, or 0. */
  #slotOf(hash: number, length: number): number {
    const { words } = this;
    const slots = this.#slots + SLOT_TABLE_HEAD;
    const mask = this.#mask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slots + 2 * slot;
      if (words[at] === 0) return 0;
      const entry = words[at + 1] as number;
      if (words[at] !== hash || entry === TOMBSTONE) continue;
      if (hasName(words, entry, this.#name, 0, length)) return at;
    }
  }

  #insert(hash: number, offset: number): void {
    if ((this.#usedSlots + 1) * 2 > this.#mask + 1) this.#rehash();
    const words = this.words;
    const slots = this.#slots + SLOT_TABLE_HEAD;
    const mask = this.#mask;
    let slot = hash & mask;
    while (words[slots + 2 * slot] !== 0 && words[slots + 2 * slot + 1] !== TOMBSTONE) {
      slot = (slot + 1) & mask;
    }
    const at = slots + 2 * slot;
    if (words[at] === 0) this.#usedSlots++;
    this.#names++;
    // The entry first: a reader that sees the new hash with the old offset must find a tombstone, not another name.
    Atomics.store(words, at + 1, offset);
    words[at] = hash;
  }

  /** Moves all live slots to a new table with load at most a quarter, and leaves the old one to its readers. */
  #rehash(): void {
    const old = this.#slots;
    const oldMask = this.#mask;
    let capacity = INITIAL_SLOTS;
    while (capacity < this.#names * 3) capacity *= 2;
    const table = this.#newSlotTable(capacity);
    const words = this.words;
    for (let slot = 0; slot <= oldMask; slot++) {
      const at = old + SLOT_TABLE_HEAD + 2 * slot;
      const entry = words[at + 1] as number;
      if (words[at] === 0 || entry === TOMBSTONE) continue;
      let target = (words[at] as number) & (capacity - 1);
      while (words[table + SLOT_TABLE_HEAD + 2 * target] !== 0)
        target = (target + 1) & (capacity - 1);
      words[table + SLOT_TABLE_HEAD + 2 * target] = words[at] as number;
      words[table + SLOT_TABLE_HEAD + 2 * target + 1] = entry;
    }
    this.#usedSlots = this.#names;
    this.#publishSlots(table);
    this.#retired.retire(words, old, SLOT_TABLE_HEAD + 2 * (oldMask + 1));
  }

  #newSlotTable(capacity: number): number {
    const size = SLOT_TABLE_HEAD + 2 * capacity;
    const table = this.#arena.allocate(size);
    this.words.fill(0, table, table + size);
    this.words[table] = capacity - 1;
    return table;
  }

  #publishSlots(table: number): void {
    Atomics.store(this.words, CONTROL_SLOTS, table);
  }
}
