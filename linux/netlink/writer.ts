import { ATTRIBUTE_HEADER_BYTES, aligned, HEADER_BYTES, NLA_F_NESTED } from "./abi.ts";
import { NetlinkFormatError } from "./errors.ts";

const MAX_ATTRIBUTE_BYTES = 0xffff;
const initialBytes = 512;

/**
 * Writes attributes, structures and whole messages one behind another into memory that grows. The first value that
 * does not fit is kept as the error, which finish() throws: calls can be chained without a look at each.
 */
export class NetlinkWriter {
  #bytes: Buffer;
  #length = 0;
  #message = -1;
  #error: NetlinkFormatError | undefined;

  /** @param memory to begin with, which finish() gives a part of unless it had to grow */
  constructor(memory = Buffer.allocUnsafe(initialBytes)) {
    this.#bytes = memory;
  }

  get lengthBytes(): number {
    return this.#length;
  }

  /** Starts a message; end() must follow before the next. Without it the writer holds a body alone. */
  begin(type: number, flags: number, sequence: number): this {
    const at = this.#reserve(HEADER_BYTES);
    this.#message = at;
    this.#bytes.writeUInt32LE(0, at);
    this.#bytes.writeUInt16LE(type, at + 4);
    this.#bytes.writeUInt16LE(flags, at + 6);
    this.#bytes.writeUInt32LE(sequence, at + 8);
    this.#bytes.writeUInt32LE(0, at + 12);
    return this;
  }

  end(): this {
    this.#bytes.writeUInt32LE(this.#length - this.#message, this.#message);
    this.#message = -1;
    return this;
  }

  /** A structure as it is, such as the header of a family. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(aligned(bytes.length));
    this.#bytes.set(bytes, at);
    this.#bytes.fill(0, at + bytes.length, this.#length);
    return this;
  }

  u8(type: number, value: number): this {
    const at = this.#attribute(type, 1);
    this.#bytes[at] = this.#checked(type, value, 0xff);
    return this;
  }

  u16(type: number, value: number): this {
    const at = this.#attribute(type, 2);
    this.#bytes.writeUInt16LE(this.#checked(type, value, 0xffff), at);
    return this;
  }

  u16be(type: number, value: number): this {
    const at = this.#attribute(type, 2);
    this.#bytes.writeUInt16BE(this.#checked(type, value, 0xffff), at);
    return this;
  }

  u32(type: number, value: number): this {
    const at = this.#attribute(type, 4);
    this.#bytes.writeUInt32LE(this.#checked(type, value, 0xffff_ffff), at);
    return this;
  }

  u32be(type: number, value: number): this {
    const at = this.#attribute(type, 4);
    this.#bytes.writeUInt32BE(this.#checked(type, value, 0xffff_ffff), at);
    return this;
  }

  u64(type: number, value: bigint): this {
    const at = this.#attribute(type, 8);
    this.#bytes.writeBigUInt64LE(this.#checkedBig(type, value), at);
    return this;
  }

  u64be(type: number, value: bigint): this {
    const at = this.#attribute(type, 8);
    this.#bytes.writeBigUInt64BE(this.#checkedBig(type, value), at);
    return this;
  }

  /** Text in UTF-8 with the zero byte that the kernel expects behind it. */
  string(type: number, text: string): this {
    const lengthBytes = Buffer.byteLength(text);
    const at = this.#attribute(type, lengthBytes + 1);
    this.#bytes.write(text, at);
    this.#bytes[at + lengthBytes] = 0;
    return this;
  }

  bytes(type: number, value: Uint8Array): this {
    const at = this.#attribute(type, value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** An attribute that says something by being there. */
  flag(type: number): this {
    this.#attribute(type, 0);
    return this;
  }

  /** An attribute that holds what `write` adds meanwhile. */
  nested(type: number, write: (writer: this) => void): this {
    const start = this.open(type);
    write(this);
    return this.close(start);
  }

  /** Starts a nested attribute; close() takes what it gives. */
  open(type: number): number {
    const start = this.#reserve(ATTRIBUTE_HEADER_BYTES);
    this.#bytes.writeUInt16LE(0, start);
    this.#bytes.writeUInt16LE(type | NLA_F_NESTED, start + 2);
    return start;
  }

  close(start: number): this {
    const lengthBytes = this.#length - start;
    this.#bytes.writeUInt16LE(this.#checkedLength(lengthBytes), start);
    return this;
  }

  /**
   * What was written, in the writer's own memory.
   * @throws NetlinkFormatError naming the first value that did not fit
   */
  finish(): Buffer {
    if (this.#error !== undefined) throw this.#error;
    return this.#bytes.subarray(0, this.#length);
  }

  /** Header and room of an attribute; gives where its value goes. */
  #attribute(type: number, lengthBytes: number): number {
    const start = this.#reserve(aligned(ATTRIBUTE_HEADER_BYTES + lengthBytes));
    const end = start + ATTRIBUTE_HEADER_BYTES + lengthBytes;
    this.#bytes.writeUInt16LE(this.#checkedLength(end - start), start);
    this.#bytes.writeUInt16LE(type, start + 2);
    for (let padding = end; padding < this.#length; padding += 1) this.#bytes[padding] = 0;
    return start + ATTRIBUTE_HEADER_BYTES;
  }

  #reserve(lengthBytes: number): number {
    const start = this.#length;
    this.#length += lengthBytes;
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
    }
    return start;
  }

  #checked(type: number, value: number, max: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    this.#fail(`attribute ${type} takes an integer from 0 to ${max}, not ${value}`);
    return 0;
  }

  #checkedBig(type: number, value: bigint): bigint {
    if (value === BigInt.asUintN(64, value)) return value;
    this.#fail(`attribute ${type} takes an integer of 64 bits, not ${value}`);
    return 0n;
  }

  #checkedLength(lengthBytes: number): number {
    if (lengthBytes <= MAX_ATTRIBUTE_BYTES) return lengthBytes;
    this.#fail(`an attribute holds at most ${MAX_ATTRIBUTE_BYTES} bytes, not ${lengthBytes}`);
    return 0;
  }

  #fail(message: string): void {
    this.#error ??= new NetlinkFormatError(message);
  }
}
