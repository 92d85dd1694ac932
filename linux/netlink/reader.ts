import { ATTRIBUTE_HEADER_BYTES, aligned, NLA_TYPE_MASK } from "./abi.ts";
import { NetlinkFormatError } from "./errors.ts";

/**
 * Walks over attributes that lie one behind another. The first malformed one ends the walk and is kept as the error,
 * a value of the wrong length likewise and reads as 0: check() throws it once at the end.
 */
export class AttributeReader {
  readonly #source: Buffer;
  readonly #end: number;
  #next: number;
  #value = 0;
  #length = 0;
  #type = 0;
  #error: NetlinkFormatError | undefined;

  constructor(source: Buffer, start = 0, end = source.length) {
    this.#source = source;
    this.#next = start;
    this.#end = end;
  }

  /** Goes on to the next attribute; false after the last. */
  next(): boolean {
    const left = this.#end - this.#next;
    if (this.#error !== undefined || left <= 0) return false;
    const length = left < ATTRIBUTE_HEADER_BYTES ? 0 : this.#source.readUInt16LE(this.#next);
    if (length < ATTRIBUTE_HEADER_BYTES || length > left)
      return this.#fail(`malformed attribute: ${length} bytes of ${left}`) !== 0;
    this.#type = this.#source.readUInt16LE(this.#next + 2) & NLA_TYPE_MASK;
    this.#value = this.#next + ATTRIBUTE_HEADER_BYTES;
    this.#length = length - ATTRIBUTE_HEADER_BYTES;
    this.#next += aligned(length);
    return true;
  }

  get type(): number {
    return this.#type;
  }

  get lengthBytes(): number {
    return this.#length;
  }

  u8(): number {
    return this.#has(1) ? this.#source.readUInt8(this.#value) : 0;
  }

  u16(): number {
    return this.#has(2) ? this.#source.readUInt16LE(this.#value) : 0;
  }

  u16be(): number {
    return this.#has(2) ? this.#source.readUInt16BE(this.#value) : 0;
  }

  u32(): number {
    return this.#has(4) ? this.#source.readUInt32LE(this.#value) : 0;
  }

  u32be(): number {
    return this.#has(4) ? this.#source.readUInt32BE(this.#value) : 0;
  }

  u64(): bigint {
    return this.#has(8) ? this.#source.readBigUInt64LE(this.#value) : 0n;
  }

  u64be(): bigint {
    return this.#has(8) ? this.#source.readBigUInt64BE(this.#value) : 0n;
  }

  /** Up to the zero byte, which may be missing. */
  string(): string {
    const end = this.#value + this.#length;
    const zero = this.#source.indexOf(0, this.#value);
    return this.#source.toString("utf8", this.#value, zero < 0 ? end : Math.min(zero, end));
  }

  /** A view of the value. */
  bytes(): Buffer {
    return this.#source.subarray(this.#value, this.#value + this.#length);
  }

  /**
   * Calls `read` for each attribute within this one. Errors inside are errors of this reader.
   */
  nested(read: (attribute: AttributeReader) => void): void {
    const inner = new AttributeReader(this.#source, this.#value, this.#value + this.#length);
    while (inner.next()) read(inner);
    this.#error ??= inner.#error;
  }

  /** @throws NetlinkFormatError saying what was malformed first */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  #has(lengthBytes: number): boolean {
    if (this.#length === lengthBytes) return true;
    this.#fail(`attribute ${this.#type} should have ${lengthBytes} bytes, it has ${this.#length}`);
    return false;
  }

  #fail(message: string): number {
    this.#error ??= new NetlinkFormatError(message);
    return 0;
  }
}

/**
 * Calls `read` for each attribute from `start` on.
 * @throws NetlinkFormatError when one is malformed or was read as what it is not
 */
export function readAttributes(
  source: Buffer,
  start: number,
  read: (attribute: AttributeReader) => void,
): void {
  const attributes = new AttributeReader(source, start);
  while (attributes.next()) read(attributes);
  attributes.check();
}
