/** Read side of the message table (message-layout.ts): finds a cached message and writes its body. Allocates nothing. */
import {
  MESSAGE_WORDS,
  ROW_HITS,
  ROW_KEY,
  ROW_LAST,
  ROW_SIZES,
  ROW_TURN,
} from "./message-layout.ts";
import { hitsWithOneMore } from "./popularity.ts";
import { TableReader } from "./table-reader.ts";
import { firstInTurn, nextTurn } from "./turn.ts";

export class MessageReader extends TableReader {
  /** Byte offset of the body of the message found last. */
  #body = 0;
  #turn = 0;

  /** Word offset of the message's row in the entry, or 0. The body is that message's from then on. */
  findMessage(entry: number, nameBytes: number, key: number): number {
    const { words } = this;
    const count = ((words[entry] as number) >>> 8) & 0xff;
    let row = entry + 1 + ((nameBytes + 3) >> 2);
    const lastRow = row + count * MESSAGE_WORDS;
    let data = lastRow;
    for (; row < lastRow; row += MESSAGE_WORDS) {
      if (words[row + ROW_KEY] === key) {
        this.#body = data << 2;
        return row;
      }
      const sizes = words[row + ROW_SIZES] as number;
      data += ((sizes & 0xffff) + 3) >> 2;
      data += ((sizes >>> 16) * 2 + 3) >> 2;
    }
    return 0;
  }

  /** Hits of the message with one more query, which countHit() is yet to be told of. */
  hitsWithThis(row: number, nowSeconds: number, gapSeconds: number): number {
    const { words } = this;
    const hits = words[row + ROW_HITS] as number;
    return hitsWithOneMore(hits, words[row + ROW_LAST] as number, nowSeconds, gapSeconds);
  }

  /** Workers may lose a count to each other, which prefetching can bear. */
  countHit(row: number, hits: number, nowSeconds: number): void {
    this.words[row + ROW_HITS] = hits;
    this.words[row + ROW_LAST] = nowSeconds;
  }

  /**
   * Writes the found message's body with its TTLs set.
   * @param rotate begin the records that may be turned with another one each time
   * @returns the offset behind the body
   */
  writeBody(
    row: number,
    target: DataView,
    at: number,
    ttlSeconds: number,
    rotate: boolean,
  ): number {
    const { words } = this;
    const sizes = words[row + ROW_SIZES] as number;
    const bodyBytes = sizes & 0xffff;
    const turn = words[row + ROW_TURN] as number;
    if (rotate && turn !== 0) this.#copyTurned(turn, target, at, bodyBytes);
    else this.copyBytes(this.#body, target, at, bodyBytes);
    const offsets = this.#body + ((bodyBytes + 3) & ~3);
    for (let i = 0; i < sizes >>> 16; i++) {
      const pair = words[(offsets + 2 * i) >> 2] as number;
      const offset = (i & 1) === 0 ? pair & 0xffff : pair >>> 16;
      target.setInt32(at + offset, ttlSeconds);
    }
    return at + bodyBytes;
  }

  /** Front to back, since each copy may spill over its end. */
  #copyTurned(turn: number, target: DataView, at: number, bodyBytes: number): void {
    const first = turn & 0xffff;
    const recordBytes = (turn >>> 16) & 0xff;
    const count = turn >>> 24;
    const turned = count * recordBytes;
    this.#turn = nextTurn(this.#turn);
    const skipped = firstInTurn(this.#turn, count) * recordBytes;
    const body = this.#body;
    let tail = this.copyBytes(body, target, at, first);
    tail = this.copyBytes(body + first + skipped, target, tail, turned - skipped);
    tail = this.copyBytes(body + first, target, tail, skipped);
    const rest = first + turned;
    this.copyBytes(body + rest, target, tail, bodyBytes - rest);
  }
}
