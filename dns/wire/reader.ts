import { readName } from "./name-reader.ts";
import { WireError } from "./wire-error.ts";

/** Reads forward through a message; a read beyond its end throws WireError. */
export class WireReader {
  readonly bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  u8(): number {
    return this.bytes[this.take(1)] as number;
  }

  u16(): number {
    const at = this.take(2);
    const { bytes } = this;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  name(): string {
    return readName(this);
  }

  /** A copy: the caller's receive buffer is used again while the message lives on. */
  copy(lengthBytes: number): Uint8Array {
    const at = this.take(lengthBytes);
    return new Uint8Array(this.bytes.subarray(at, at + lengthBytes));
  }

  /** One character a byte. */
  latin1(lengthBytes: number): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.take(lengthBytes), lengthBytes).toString("latin1");
  }

  /** Moves on and returns where it was, once the bytes between are known to be there. */
  take(lengthBytes: number): number {
    const at = this.offset;
    if (at + lengthBytes > this.bytes.length) {
      throw new WireError("the message ends before what it announces", at);
    }
    this.offset = at + lengthBytes;
    return at;
  }
}
