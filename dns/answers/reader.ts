/** Read side of the answer table (layout.ts): the sets of an entry and their records. Allocates nothing. */
import { CONTROL_SERIAL, CONTROL_SYNCED, SET_WORDS } from "./layout.ts";
import { TableReader } from "./table-reader.ts";

export class AnswerReader extends TableReader {
  /** Byte offset of the records of the set found last. */
  #data = 0;

  get synced(): boolean {
    return Atomics.load(this.words, CONTROL_SYNCED) !== 0;
  }

  get serial(): number {
    return Atomics.load(this.words, CONTROL_SERIAL);
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
        this.#data = data << 2;
        return row;
      }
      const additionalBytes = (words[row + 3] as number) >>> 16;
      data += (((words[row + 1] as number) + 3) >> 2) + ((additionalBytes + 3) >> 2);
    }
    return 0;
  }

  /**
   * Copies `length` bytes of the found set's records from byte `first` on.
   * @returns the offset in `target` behind what was copied
   */
  copy(first: number, target: DataView, at: number, length: number): number {
    return this.copyBytes(this.#data + first, target, at, length);
  }
}
