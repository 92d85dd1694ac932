import { ApiProtocolError } from "../api/errors.ts";

/** Longest single element or other top-level value; etcd takes objects of some 1.5 MB. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** What a byte means outside of strings. */
const ORDINARY = 0;
const OPENS = 1;
const CLOSES = 2;
const STRING = 3;
const meaning = new Uint8Array(256);
meaning[OPEN_OBJECT] = OPENS;
meaning[OPEN_LIST] = OPENS;
meaning[CLOSE_OBJECT] = CLOSES;
meaning[CLOSE_LIST] = CLOSES;
meaning[QUOTE] = STRING;

type State =
  | "start"
  | "beforeKey"
  | "key"
  | "beforeValue"
  | "value"
  | "betweenItems"
  | "item"
  | "end";

/**
 * Cuts the response to a list request into the elements of its top-level "items" while it arrives, so that no more
 * than one of them is held as text. Elements are found by counting brackets outside of strings; JSON.parse, one
 * element at a time, is what judges them. All other top-level fields end up in `head`.
 */
export class ListScanner {
  readonly #onItem: (item: unknown) => void;
  readonly #head: Record<string, unknown> = {};
  /** Bytes of the value under way that came with earlier chunks. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #state: State = "start";
  #key = "";
  /** Brackets open within the value under way. */
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** Takes the next chunk. Throws ApiProtocolError (FL-C002) for what is no list. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#isInValue() ? this.#skipValue(chunk, at) : this.#structure(chunk, at);
    }
  }

  /** The top-level fields besides items, once all chunks were pushed; throws when the list was cut short. */
  finish(): Readonly<Record<string, unknown>> {
    if (this.#state !== "end") throw new ApiProtocolError("the list ends in the middle");
    return this.#head;
  }

  #isInValue(): boolean {
    return this.#state === "item" || this.#state === "value" || this.#state === "key";
  }

  /** One byte between values. Returns where to go on; a byte that begins a value is read again as part of it. */
  #structure(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number; // within the chunk
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1;
    switch (this.#state) {
      case "start":
        if (byte !== OPEN_OBJECT) throw this.#unexpected(byte);
        this.#state = "beforeKey";
        return at + 1;
      case "beforeKey":
        return this.#beforeKey(byte, at);
      case "beforeValue":
        return this.#beforeValue(byte, at);
      case "betweenItems":
        return this.#betweenItems(byte, at);
      default:
        throw this.#unexpected(byte);
    }
  }

  #beforeKey(byte: number, at: number): number {
    if (byte === COMMA) return at + 1;
    if (byte === CLOSE_OBJECT) this.#state = "end";
    else if (byte === QUOTE) {
      this.#state = "key";
      return at;
    } else throw this.#unexpected(byte);
    return at + 1;
  }

  #beforeValue(byte: number, at: number): number {
    if (byte === COLON) return at + 1;
    if (byte === OPEN_LIST && this.#key === "items") {
      this.#state = "betweenItems";
      return at + 1;
    }
    this.#state = "value";
    return at;
  }

  #betweenItems(byte: number, at: number): number {
    if (byte === COMMA) return at + 1;
    if (byte === CLOSE_LIST) {
      this.#state = "beforeKey";
      return at + 1;
    }
    if (byte !== OPEN_OBJECT) throw this.#unexpected(byte);
    this.#state = "item";
    return at;
  }

  /** The hot loop: from a value's first byte, or from a chunk's, to its end or the chunk's. Returns where to go on. */
  #skipValue(chunk: Buffer, start: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let at = start;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    while (at < chunk.length) {
      const byte = chunk[at] as number; // within the chunk
      if (inString) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return this.#complete(chunk, start, at + 1);
        }
        at++;
        continue;
      }
      const kind = meaning[byte];
      if (kind === STRING) inString = true;
      else if (kind === OPENS) depth++;
      else if (kind === CLOSES) {
        if (depth === 0) return this.#complete(chunk, start, at); // a number or word before the closing bracket
        depth--;
        if (depth === 0) return this.#complete(chunk, start, at + 1);
      } else if (kind === ORDINARY && byte === COMMA && depth === 0) {
        return this.#complete(chunk, start, at);
      }
      at++;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = at > chunk.length;
    this.#keep(chunk.subarray(start));
    return chunk.length;
  }

  #keep(part: Buffer): void {
    this.#partsBytes += part.length;
    if (this.#partsBytes > MAX_VALUE_BYTES) {
      throw new ApiProtocolError(`one value of the list is longer than ${MAX_VALUE_BYTES} bytes`);
    }
    this.#parts.push(part);
  }

  #complete(chunk: Buffer, start: number, end: number): number {
    const value = parse(this.#text(chunk, start, end));
    this.#depth = 0;
    this.#inString = false;
    if (this.#state === "item") {
      this.#state = "betweenItems";
      this.#onItem(value);
    } else if (this.#state === "key") {
      this.#state = "beforeValue";
      this.#key = String(value);
    } else {
      this.#state = "beforeKey";
      this.#head[this.#key] = value;
    }
    return end;
  }

  #text(chunk: Buffer, start: number, end: number): string {
    if (this.#parts.length === 0) return chunk.toString("utf8", start, end);
    const text = Buffer.concat([...this.#parts, chunk.subarray(start, end)]).toString("utf8");
    this.#parts = [];
    this.#partsBytes = 0;
    return text;
  }

  #unexpected(byte: number): ApiProtocolError {
    const character = JSON.stringify(String.fromCharCode(byte));
    return new ApiProtocolError(`the answer is no list: unexpected ${character}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiProtocolError(`unreadable JSON in the list: ${text.slice(0, 100)}`, { cause });
  }
}
