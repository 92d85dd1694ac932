/** Read side of the answer table, for one thread: finds entries and copies their records. Allocates nothing. */
import { hashName } from "./hash.ts";
import { CONTROL_SERIAL, CONTROL_SLOTS, CONTROL_SYNCED, SET_WORDS } from "./layout.ts";
import { BEYOND_VIEW, findEntry } from "./lookup.ts";
import { enterBatch, leaveBatch } from "./quiescence.ts";

export class AnswerReader {
  /** The arena as of the last renewal; entries found by find() lie within it. */
  words: Int32Array;
  readonly #buffer: SharedArrayBuffer;
  readonly #reader: number;
  #view: DataView;
  /** Word offset of the records of the set found last. */
  #data = 0;

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

  get synced(): boolean {
    return Atomics.load(this.words, CONTROL_SYNCED) !== 0;
  }

  get serial(): number {
    return Atomics.load(this.words, CONTROL_SERIAL);
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

  /** Word offset of the type's row in the entry's directory (layout.ts), or 0. copy() then copies of that set. */
  findSet(entry: number, nameBytes: number, type: number): number {
    const { words } = this;
    const sets = ((words[entry] as number) >>> 8) & 0xff;
    let row = entry + 1 + ((nameBytes + 3) >> 2);
    const lastRow = row + sets * SET_WORDS;
    let data = lastRow;
    for (; row < lastRow; row += SET_WORDS) {
      if (((words[row] as number) & 0xffff) === type) {
        this.#data = data;
        return row;
      }
      const additionalBytes = (words[row + 3] as number) >>> 16;
      data += (((words[row + 1] as number) + 3) >> 2) + ((additionalBytes + 3) >> 2);
    }
    return 0;
  }

  /**
   * Copies `length` bytes of the found set's records from byte `first` on. Moves whole 4-byte words: up to 3 bytes
   * behind the end are overwritten. 8 bytes at a time, which beats every other way from 64 bytes up.
   * @returns the offset in `target` behind what was copied
   */
  copy(first: number, target: DataView, at: number, length: number): number {
    const from = this.#view;
    const source = (this.#data << 2) + first;
    let done = 0;
    for (; done + 8 <= length; done += 8) {
      target.setBigInt64(at + done, from.getBigInt64(source + done));
    }
    if (done < length) target.setInt32(at + done, from.getInt32(source + done));
    if (done + 4 < length) target.setInt32(at + done + 4, from.getInt32(source + done + 4));
    return at + length;
  }
}
