/** Cached messages in shared memory, by name, type, DO and CD: written by the main thread, answered from by workers. */
import {
  type CachedMessage,
  MESSAGE_WORDS,
  type MessageKey,
  messageKey,
  ROW_COUNTS,
  ROW_DETAILS,
  ROW_HEADER,
  ROW_HITS,
  ROW_KEY,
  ROW_LAST,
  ROW_SIZES,
  ROW_STORED,
  ROW_TTL,
  ROW_TURN,
} from "./message-layout.ts";
import { NameTable, type TableStatistics } from "./name-table.ts";
import type { Popularity } from "./popularity.ts";

const wordsOf = (bytes: number): number => (bytes + 3) >> 2;
const MAX_MESSAGES = 0xff;

/** A row with its data, as it lies in an entry. */
interface Row {
  readonly key: number;
  readonly words: Int32Array;
}

function rowDataWords(sizes: number): number {
  return wordsOf(sizes & 0xffff) + wordsOf((sizes >>> 16) * 2);
}

function entryWords(words: Int32Array, entry: number): number {
  const head = words[entry] as number;
  const count = (head >>> 8) & 0xff;
  const directory = 1 + wordsOf(head & 0xff);
  let total = directory + count * MESSAGE_WORDS;
  for (let row = 0; row < count; row++) {
    total += rowDataWords(words[entry + directory + row * MESSAGE_WORDS + ROW_SIZES] as number);
  }
  return total;
}

function packRow(message: CachedMessage): Row {
  const { body, ttlOffsets, turned } = message;
  const bodyWords = wordsOf(body.length);
  const words = new Int32Array(MESSAGE_WORDS + bodyWords + wordsOf(ttlOffsets.length * 2));
  const key = messageKey(message.key);
  words[ROW_KEY] = key;
  words[ROW_HEADER] = message.header | (message.answerCount << 16);
  words[ROW_COUNTS] = message.authorityCount | (message.additionalCount << 16);
  words[ROW_SIZES] = body.length | (ttlOffsets.length << 16);
  words[ROW_STORED] = Math.floor(message.storedMs / 1000);
  words[ROW_TTL] = message.ttlSeconds;
  words[ROW_TURN] =
    turned === undefined ? 0 : turned.offset | (turned.recordBytes << 16) | (turned.count << 24);
  words[ROW_DETAILS] = (message.storedMs % 1000) | (Number(message.denial) << 16);
  words[ROW_HITS] = message.popularity.hits;
  words[ROW_LAST] = message.popularity.lastSeconds;
  new Uint8Array(words.buffer, MESSAGE_WORDS * 4).set(body);
  new Uint16Array(words.buffer, (MESSAGE_WORDS + bodyWords) * 4).set(ttlOffsets);
  return { key, words };
}

export class MessageTable {
  readonly #names = new NameTable(entryWords);
  #scratch = new Int32Array(4096);

  /** The memory to hand to readers. */
  get buffer(): SharedArrayBuffer {
    return this.#names.buffer;
  }

  get statistics(): TableStatistics {
    return this.#names.statistics;
  }

  /** @param name lower-case wire form */
  set(name: Uint8Array, message: CachedMessage): void {
    const row = packRow(message);
    const rows = this.#rows(name).filter(({ key }) => key !== row.key);
    // More types than a name ever has: the oldest go.
    this.#write(name, [...rows.slice(1 - MAX_MESSAGES), row]);
  }

  delete(name: Uint8Array, key: MessageKey): void {
    const gone = messageKey(key);
    const rows = this.#rows(name);
    const left = rows.filter((row) => row.key !== gone);
    if (left.length === rows.length) return;
    if (left.length === 0) this.#names.delete(name);
    else this.#write(name, left);
  }

  /** Undefined when there is no such message. */
  popularity(name: Uint8Array, key: MessageKey): Popularity | undefined {
    const row = this.#find(name, key);
    if (row === 0) return undefined;
    const { words } = this.#names;
    return { hits: words[row + ROW_HITS] as number, lastSeconds: words[row + ROW_LAST] as number };
  }

  /** Overwrites in place what workers count; one that counts at this moment may win. */
  setPopularity(name: Uint8Array, key: MessageKey, { hits, lastSeconds }: Popularity): void {
    const row = this.#find(name, key);
    if (row === 0) return;
    const { words } = this.#names;
    words[row + ROW_HITS] = hits;
    words[row + ROW_LAST] = lastSeconds;
  }

  /** Gives memory back that no reader can see any more. Call after each batch of changes. */
  reclaim(): void {
    this.#names.reclaim();
  }

  /** Word offset of the message's row, or 0. */
  #find(name: Uint8Array, key: MessageKey): number {
    const entry = this.#names.find(name);
    if (entry === 0) return 0;
    const { words } = this.#names;
    const head = words[entry] as number;
    const wanted = messageKey(key);
    const first = entry + 1 + wordsOf(head & 0xff);
    const end = first + ((head >>> 8) & 0xff) * MESSAGE_WORDS;
    for (let row = first; row < end; row += MESSAGE_WORDS) {
      if (words[row + ROW_KEY] === wanted) return row;
    }
    return 0;
  }

  #rows(name: Uint8Array): Row[] {
    const entry = this.#names.find(name);
    if (entry === 0) return [];
    const { words } = this.#names;
    const head = words[entry] as number;
    const count = (head >>> 8) & 0xff;
    const directory = entry + 1 + wordsOf(head & 0xff);
    let data = directory + count * MESSAGE_WORDS;
    return Array.from({ length: count }, (_, i) => {
      const at = directory + i * MESSAGE_WORDS;
      const dataWords = rowDataWords(words[at + ROW_SIZES] as number);
      const row = new Int32Array(MESSAGE_WORDS + dataWords);
      row.set(words.subarray(at, at + MESSAGE_WORDS));
      row.set(words.subarray(data, data + dataWords), MESSAGE_WORDS);
      data += dataWords;
      return { key: row[ROW_KEY] as number, words: row };
    });
  }

  #write(name: Uint8Array, rows: readonly Row[]): void {
    const directory = 1 + wordsOf(name.length);
    const size = rows.reduce((sum, { words }) => sum + words.length, directory);
    if (size > this.#scratch.length) this.#scratch = new Int32Array(size * 2);
    const packed = this.#scratch;
    packed.fill(0, 0, directory);
    packed[0] = name.length | (rows.length << 8);
    new Uint8Array(packed.buffer, 4, name.length).set(name);
    let data = directory + rows.length * MESSAGE_WORDS;
    for (const [i, { words }] of rows.entries()) {
      packed.set(words.subarray(0, MESSAGE_WORDS), directory + i * MESSAGE_WORDS);
      packed.set(words.subarray(MESSAGE_WORDS), data);
      data += words.length - MESSAGE_WORDS;
    }
    this.#names.put(name, packed, size);
  }
}
