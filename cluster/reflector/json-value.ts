import { ApiProtocolError } from "../api/errors.ts";

/** Longest single value; etcd takes objects of some 1.5 MB. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** What a byte means outside of strings. */
const STRING = 1;
const OPENS = 2;
const CLOSES = 3;
const SEPARATES = 4;
const meaning = new Uint8Array(256);
meaning[QUOTE] = STRING;
meaning[0x7b] = OPENS;
meaning[0x5b] = OPENS;
meaning[0x7d] = CLOSES;
meaning[0x5d] = CLOSES;
meaning[COMMA] = SEPARATES;

/**
 * Finds where one JSON value ends in a byte stream, by counting brackets outside of strings, and holds its bytes until
 * then. Hot: every byte of every list passes here.
 */
export class JsonValue {
  /** Bytes that came with earlier chunks. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #depth = 0;
  #inString = false;
  /** The chunk ended behind a backslash. */
  #escaped = false;
  #text = "";

  /** The complete value, once push() has found its end. */
  get text(): string {
    return this.#text;
  }

  /** Takes the chunk from `start` on. Returns where the value ends in it, or -1 when it goes on in the next. */
  push(chunk: Buffer, start: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let at = start;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number; // within the chunk
      if (inString) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return this.#complete(chunk, start, at + 1);
        }
        continue;
      }
      const kind = meaning[byte];
      if (kind === STRING) inString = true;
      else if (kind === OPENS) depth++;
      else if (kind === CLOSES) {
        if (depth === 0) return this.#complete(chunk, start, at); // a number or word, and its object's end
        depth--;
        if (depth === 0) return this.#complete(chunk, start, at + 1);
      } else if (kind === SEPARATES && depth === 0) return this.#complete(chunk, start, at);
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = at > chunk.length;
    this.#keep(chunk.subarray(start));
    return -1;
  }

  #complete(chunk: Buffer, start: number, end: number): number {
    this.#text =
      this.#parts.length === 0
        ? chunk.toString("utf8", start, end)
        : Buffer.concat([...this.#parts, chunk.subarray(start, end)]).toString("utf8");
    this.#parts = [];
    this.#partsBytes = 0;
    this.#depth = 0;
    this.#inString = false;
    return end;
  }

  #keep(part: Buffer): void {
    this.#partsBytes += part.length;
    if (this.#partsBytes > MAX_VALUE_BYTES) {
      throw new ApiProtocolError(`one value of the list is longer than ${MAX_VALUE_BYTES} bytes`);
    }
    this.#parts.push(part);
  }
}
