/** The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as far as Kubernetes uses it. */

/** Bytes that are no message. */
export class ProtobufProblem extends Error {}

/** A number, or the bytes of text, a message or a packed list. */
export type WireValue = bigint | Buffer;

const varintType = 0;
const fixed64Type = 1;
const bytesType = 2;
const fixed32Type = 5;

/** The fields of a message in their order; a field may come more than once. @throws ProtobufProblem */
export function* readFields(bytes: Buffer): Generator<readonly [number, WireValue]> {
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    yield [tag >>> 3, readValue(reader, tag & 7)];
  }
}

function readValue(reader: Reader, wireType: number): WireValue {
  switch (wireType) {
    case varintType:
      return reader.varint();
    case fixed64Type:
      return reader.take(8).readBigUInt64LE();
    case bytesType:
      return reader.take(Number(reader.varint()));
    case fixed32Type:
      return BigInt(reader.take(4).readUInt32LE());
    default:
      throw new ProtobufProblem(`wire type ${wireType} is none that is in use`);
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const octet = this.take(1)[0];
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufProblem("a number has more than ten octets");
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at)
      throw new ProtobufProblem("the message ends in the middle of a field");
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
