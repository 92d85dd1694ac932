/** Read side of a NameTable, for one thread: finds entries and copies from them. Allocates nothing. */
import { hashName } from "./hash.ts";
import { CONTROL_SLOTS } from "./layout.ts";
import { BEYOND_VIEW, findEntry } from "./lookup.ts";
import { enterBatch, leaveBatch } from "./quiescence.ts";

export class TableReader {
  /** The arena as of the last renewal; entries found by find() lie within it. */
  words: Int32Array;
  readonly #buffer: SharedArrayBuffer;
  readonly #reader: number;
  #view: DataView;

  /** @param reader this thread's place among the table's readers, from 0 */
  constructor(buffer: SharedArrayBuffer, reader: number) {
    const bytes = buffer.byteLength;
    this.#buffer = buffer;
    this.#reader = reader;
    this.words = new Int32Array(buffer, 0, bytes >> 2);
    this.#view = new DataView(buffer, 0, bytes);
  }

  /** What is found from now on stays readable until leave(). Once a batch. */
  enter(): void {
    enterBatch(this.words, this.#reader);
  }

  leave(): void {
    leaveBatch(this.words, this.#reader);
  }

  /**
   * @param query memory that holds a wire name at word offset `start`, in any case
   * @returns word offset of the name's entry, 0 when there is none
   */
  find(query: Int32Array, start: number, nameBytes: number): number {
    const hash = hashName(query, start, nameBytes);
    for (;;) {
      const slots = Atomics.load(this.words, CONTROL_SLOTS);
      if (slots < this.words.length) {
        const entry = findEntry(this.words, slots, hash, query, start, nameBytes);
        if (entry !== BEYOND_VIEW) return entry;
      }
      // The arena has grown since, and may again before the next search: only one that stays in view counts.
      const bytes = this.#buffer.byteLength;
      this.words = new Int32Array(this.#buffer, 0, bytes >> 2);
      this.#view = new DataView(this.#buffer, 0, bytes);
    }
  }

  /**
   * Copies `length` bytes from byte `source` of the arena. Moves whole 4-byte words: up to 3 bytes
   * behind the end are overwritten. 8 bytes at a time, which beats every other way from 64 bytes up.
   * @returns the offset in `target` behind what was copied
   */
  copyBytes(source: number, target: DataView, at: number, length: number): number {
    const from = this.#view;
    let done = 0;
    for (; done + 8 <= length; done += 8) {
      target.setBigInt64(at + done, from.getBigInt64(source + done));
    }
    if (done < length) target.setInt32(at + done, from.getInt32(source + done));
    if (done + 4 < length) target.setInt32(at + done + 4, from.getInt32(source + done + 4));
    return at + length;
  }
}
