import { MAX_MESSAGE_BYTES, MAX_NAME_BYTES } from "./constants.ts";
import { writeLabel } from "./label.ts";
import { nameToWire } from "./name.ts";
import { WireError } from "./wire-error.ts";

/** Pointers have 14 bits (RFC 1035 §4.1.4). */
const POINTER_LIMIT = 0x4000;

/**
 * Writes forward into one buffer that is used for message after message. The buffer holds a whole message and one
 * record more, so callers compare `offset` with their limit after each record rather than at each byte; what is
 * written beyond the buffer is lost, and by then the limit is long passed.
 */
export class WireWriter {
  readonly bytes = Buffer.alloc(2 * MAX_MESSAGE_BYTES + 1024);
  offset = 0;
  /** Where each name and each tail of a name stands, by its text as written: case is kept, so "A." is not "a.". */
  readonly #names = new Map<string, number>();

  reset(): void {
    this.offset = 0;
    this.#names.clear();
  }

  /** What is written, from Node's buffer pool: a fresh Uint8Array would take as long as the encoding itself. */
  copy(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.offset);
    this.bytes.copy(copy, 0, 0, this.offset);
    return copy;
  }

  u8(value: number): void {
    if (value !== (value & 0xff)) throw new WireError(`${value} does not fit in 8 bits`);
    this.bytes[this.offset++] = value;
  }

  u16(value: number): void {
    if (value !== (value & 0xffff)) throw new WireError(`${value} does not fit in 16 bits`);
    this.setU16(this.offset, value);
    this.offset += 2;
  }

  u32(value: number): void {
    if (value !== value >>> 0) throw new WireError(`${value} does not fit in 32 bits`);
    this.setU16(this.offset, value >>> 16);
    this.setU16(this.offset + 2, value & 0xffff);
    this.offset += 4;
  }

  /** Overwrites two bytes that were written as a place-holder. */
  setU16(offset: number, value: number): void {
    this.bytes[offset] = value >>> 8;
    this.bytes[offset + 1] = value & 0xff;
  }

  raw(data: Uint8Array): void {
    if (data.length > MAX_MESSAGE_BYTES)
      throw new WireError(`${data.length} bytes of data do not fit`);
    if (this.offset + data.length <= this.bytes.length) this.bytes.set(data, this.offset);
    this.offset += data.length;
  }

  /**
   * Writes an absolute name. With `compress` a tail that stands earlier in the message becomes a pointer; without,
   * the name is written in full, yet later names may point to it.
   */
  name(name: string, compress: boolean): void {
    // Without escapes the wire form is one byte longer than the text, so only long texts need counting.
    if (name.length >= MAX_NAME_BYTES || name === "") nameToWire(name);
    for (let at = name === "." ? 1 : 0; at < name.length; ) {
      const tail = at === 0 ? name : name.slice(at);
      const earlier = this.#names.get(tail);
      if (earlier !== undefined && compress) {
        this.u16(0xc000 | earlier);
        return;
      }
      if (earlier === undefined && this.offset < POINTER_LIMIT) this.#names.set(tail, this.offset);
      at = writeLabel(name, at, this.bytes, this.offset);
      this.offset += 1 + (this.bytes[this.offset] as number);
    }
    this.u8(0);
  }
}
