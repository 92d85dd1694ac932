import { ApiProtocolError } from "../api/errors.ts";
import { JsonValue } from "./json-value.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Where in the list the scanner is; in key, value and item it is within a value, otherwise between two. */
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
 * than one of them is held as text. JSON.parse, one element at a time, is what judges them. All other top-level fields
 * end up in finish()'s result.
 */
export class ListScanner {
  readonly #onItem: (item: unknown) => void;
  readonly #head: Record<string, unknown> = {};
  readonly #value = new JsonValue();
  #state: State = "start";
  #key = "";

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** Takes the next chunk. Throws ApiProtocolError (FL-C002) for what is no list. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#isInValue()) {
        at = this.#structure(chunk[at] as number, at); // within the chunk
        continue;
      }
      at = this.#value.push(chunk, at);
      if (at < 0) return;
      this.#complete(parse(this.#value.text));
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
  #structure(byte: number, at: number): number {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1;
    switch (this.#state) {
      case "start":
        if (byte !== OPEN_OBJECT) throw unexpected(byte);
        this.#state = "beforeKey";
        return at + 1;
      case "beforeKey":
        return this.#beforeKey(byte, at);
      case "beforeValue":
        return this.#beforeValue(byte, at);
      case "betweenItems":
        return this.#betweenItems(byte, at);
      default:
        throw unexpected(byte);
    }
  }

  #beforeKey(byte: number, at: number): number {
    if (byte === COMMA) return at + 1;
    if (byte === CLOSE_OBJECT) {
      this.#state = "end";
      return at + 1;
    }
    if (byte !== QUOTE) throw unexpected(byte);
    this.#state = "key";
    return at;
  }

  #beforeValue(byte: number, at: number): number {
    if (byte === COLON) return at + 1;
    const isItems = byte === OPEN_LIST && this.#key === "items";
    this.#state = isItems ? "betweenItems" : "value";
    return isItems ? at + 1 : at;
  }

  #betweenItems(byte: number, at: number): number {
    if (byte === COMMA) return at + 1;
    if (byte === CLOSE_LIST) {
      this.#state = "beforeKey";
      return at + 1;
    }
    if (byte !== OPEN_OBJECT) throw unexpected(byte);
    this.#state = "item";
    return at;
  }

  #complete(value: unknown): void {
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
  }
}

function unexpected(byte: number): ApiProtocolError {
  const character = JSON.stringify(String.fromCharCode(byte));
  return new ApiProtocolError(`the answer is no list: unexpected ${character}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiProtocolError(`unreadable JSON in the list: ${text.slice(0, 100)}`, { cause });
  }
}
