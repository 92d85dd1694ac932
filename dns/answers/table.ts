/** The answer table: names with their compiled answers, for the fast path to find. */
import { entryWords, packEntry, recordBytes, storedWords, unpackEntry } from "./entry.ts";
import type { CompiledEntry } from "./layout.ts";
import { NameTable, type TableStatistics } from "./name-table.ts";

export interface AnswerStatistics extends TableStatistics {
  /** The records alone; all else is overhead. */
  readonly recordBytes: number;
}

export class AnswerTable {
  readonly #names = new NameTable(storedWords);
  #scratch = new Int32Array(1024);
  #recordBytes = 0;

  /** The memory to hand to readers. */
  get buffer(): SharedArrayBuffer {
    return this.#names.buffer;
  }

  get statistics(): AnswerStatistics {
    return { ...this.#names.statistics, recordBytes: this.#recordBytes };
  }

  /** From now on a missing name is answered as one that does not exist. */
  markSynced(): void {
    this.#names.markSynced();
  }

  /** @param serial SOA serial, unsigned 32 bits (RFC 1982) */
  setSerial(serial: number): void {
    this.#names.serial = serial;
  }

  get serial(): number {
    return this.#names.serial;
  }

  /** Adds or replaces a name. Returns false when it stood there just so. */
  set(entry: CompiledEntry): boolean {
    const size = entryWords(entry);
    if (size > this.#scratch.length) this.#scratch = new Int32Array(size * 2);
    packEntry(this.#scratch, 0, entry);
    const before = this.#recordsOf(entry.name);
    this.#recordBytes += recordBytes(this.#scratch, 0) - before;
    return this.#names.put(entry.name, this.#scratch, size);
  }

  /** Removes a name (lower-case wire form). Returns false when there was none. */
  delete(name: Uint8Array): boolean {
    this.#recordBytes -= this.#recordsOf(name);
    return this.#names.delete(name);
  }

  /** @param name lower-case wire form */
  has(name: Uint8Array): boolean {
    return this.#names.find(name) !== 0;
  }

  /** Gives blocks that no reader can see any more back to the arena. Call after each batch of changes. */
  reclaim(): void {
    this.#names.reclaim();
  }

  /** The entry as a value; for tests and for explaining. */
  get(name: Uint8Array): CompiledEntry | undefined {
    const entry = this.#names.find(name);
    return entry === 0 ? undefined : unpackEntry(this.#names.words, entry);
  }

  #recordsOf(name: Uint8Array): number {
    const entry = this.#names.find(name);
    return entry === 0 ? 0 : recordBytes(this.#names.words, entry);
  }
}
