import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Expression, Statement } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { payloadFields, typeOf } from "../fields.ts";
import { typeFacts } from "../types.ts";
import { writeCompare } from "./compare.ts";
import { load, loadPayload, registerAt, writeExpression, writeValue } from "./expressions.ts";

const BITWISE = { sreg: 1, dreg: 2, length: 3, mask: 4, xor: 5, op: 6 } as const;
const BITWISE_MASK_XOR = 0;

/** Masks the register at offset 0, which holds as many bytes as the mask. */
function writeMask(writer: NetlinkWriter, mask: Uint8Array): NetlinkWriter {
  return writeExpression(writer, "bitwise", (data) => {
    data
      .u32be(BITWISE.sreg, registerAt(0))
      .u32be(BITWISE.dreg, registerAt(0))
      .u32be(BITWISE.op, BITWISE_MASK_XOR)
      .u32be(BITWISE.length, mask.length);
    writeValue(data, BITWISE.mask, mask);
    writeValue(data, BITWISE.xor, new Uint8Array(mask.length));
  });
}

export function writeMatchBits(
  writer: NetlinkWriter,
  { left, mask, op, value }: Extract<Statement, { kind: "matchBits" }>,
): NetlinkWriter {
  load(writer, left);
  writeMask(writer, hostWord(mask));
  return writeCompare(writer, op, hostWord(value));
}

/** A prefix of whole bytes is compared by itself, any other masked: what nft does too. */
export function writeMatchPrefix(
  writer: NetlinkWriter,
  { left, op, prefix, lengthBits }: Extract<Statement, { kind: "matchPrefix" }>,
): NetlinkWriter {
  const lengthBytes = bytesOf(left);
  if (lengthBits <= 0 || lengthBits > lengthBytes * 8)
    throw new NftValueError(
      `a prefix of ${JSON.stringify(left)} has 1 to ${lengthBytes * 8} bits, not ${lengthBits}`,
    );
  const wholeBytes = lengthBits / 8;
  if (Number.isInteger(wholeBytes) && left.kind === "payload") {
    const { base, offset } = payloadFields[left.field];
    loadPayload(writer, registerAt(0), base, offset, wholeBytes);
    return writeCompare(writer, op, prefix.subarray(0, wholeBytes));
  }
  load(writer, left);
  const mask = prefixMask(lengthBytes, lengthBits);
  writeMask(writer, mask);
  return writeCompare(
    writer,
    op,
    mask.map((bits, index) => bits & (prefix[index] ?? 0)),
  );
}

function bytesOf(left: Expression): number {
  const type = typeOf(left);
  return type === undefined ? 0 : typeFacts[type].lengthBytes;
}

function prefixMask(lengthBytes: number, lengthBits: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => {
    const bits = Math.min(8, Math.max(0, lengthBits - index * 8));
    return (0xff00 >> bits) & 0xff;
  });
}

function hostWord(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
