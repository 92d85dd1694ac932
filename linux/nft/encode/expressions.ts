import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Expression, Verdict } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { ctKeys, metaKeys, paddedLengthOf, payloadFields } from "../fields.ts";
import { typeFacts } from "../types.ts";
import { DATA, EXPRESSION, LIST_ELEM, VERDICT, verdictCodes } from "./abi.ts";

const REGISTERS_BYTES = 64;
/** Attribute numbers of the expressions, as their enums in nf_tables.h have them. */
const PAYLOAD = { dreg: 1, base: 2, offset: 3, length: 4 } as const;
const META = { dreg: 1, key: 2 } as const;
const CT = { dreg: 1, key: 2, direction: 3 } as const;
const FIB = { dreg: 1, result: 2, flags: 3 } as const;
const SOCKET = { key: 1, dreg: 2 } as const;
const SOCKET_KEYS = { wildcard: 2 } as const;
const FIB_RESULT_TYPE = 3;
const FIB_FLAGS = { saddr: 1, daddr: 2 } as const;
const NUMGEN = { dreg: 1, modulus: 2, type: 3, offset: 4 } as const;
const NUMGEN_TYPES = { inc: 0, random: 1 } as const;
const HASH = { sreg: 1, dreg: 2, length: 3, modulus: 4, seed: 5, offset: 6, type: 7 } as const;
const HASH_JENKINS = 0;
const LOOKUP = { set: 1, sreg: 2, dreg: 3 } as const;
const IMMEDIATE = { dreg: 1, data: 2 } as const;

/**
 * The register at a place among the 64 bytes that a rule has. Those that start at multiples of 16 go by their old
 * numbers 1 to 4, the others by the number of their word, as nft writes them and the kernel gives them back.
 */
export function registerAt(offsetBytes: number): number {
  if (offsetBytes >= REGISTERS_BYTES)
    throw new NftValueError(
      `a rule needs more than the ${REGISTERS_BYTES} bytes of registers: shorten the key or the data`,
    );
  return offsetBytes % 16 === 0 ? 1 + offsetBytes / 16 : 8 + offsetBytes / 4;
}

/** One expression of a rule: its name and attributes. */
export function writeExpression(
  writer: NetlinkWriter,
  name: string,
  write: (writer: NetlinkWriter) => unknown,
): NetlinkWriter {
  const element = writer.open(LIST_ELEM);
  writer.string(EXPRESSION.name, name);
  const data = writer.open(EXPRESSION.data);
  write(writer);
  writer.close(data);
  return writer.close(element);
}

/** A value as an attribute: NFTA_DATA_VALUE within the given one. */
export function writeValue(
  writer: NetlinkWriter,
  attribute: number,
  value: Uint8Array,
): NetlinkWriter {
  const nest = writer.open(attribute);
  writer.bytes(DATA.value, value);
  return writer.close(nest);
}

export function writeVerdict(
  writer: NetlinkWriter,
  attribute: number,
  verdict: Verdict,
): NetlinkWriter {
  const data = writer.open(attribute);
  const nest = writer.open(DATA.verdict);
  writer.u32be(VERDICT.code, verdictCodes[verdict.kind]);
  if (verdict.kind === "jump" || verdict.kind === "goto")
    writer.string(VERDICT.chain, verdict.chain);
  writer.close(nest);
  return writer.close(data);
}

/** Puts a constant into the register at the offset. */
export function loadConstant(
  writer: NetlinkWriter,
  offsetBytes: number,
  value: Uint8Array,
): NetlinkWriter {
  return writeExpression(writer, "immediate", (data) => {
    data.u32be(IMMEDIATE.dreg, registerAt(offsetBytes));
    writeValue(data, IMMEDIATE.data, value);
  });
}

/** Puts the parts one behind another into registers from the offset on; gives the bytes they take. */
export function loadKey(
  writer: NetlinkWriter,
  parts: readonly Expression[],
  offsetBytes = 0,
): number {
  let length = 0;
  for (const part of parts) {
    load(writer, part, offsetBytes + length);
    length += paddedLengthOf(part);
  }
  if (offsetBytes + length > REGISTERS_BYTES) registerAt(REGISTERS_BYTES);
  return length;
}

/** Puts an expression's value into the register at the offset. */
export function load(
  writer: NetlinkWriter,
  expression: Expression,
  offsetBytes = 0,
): NetlinkWriter {
  const register = registerAt(offsetBytes);
  switch (expression.kind) {
    case "payload": {
      const { base, offset, type } = payloadFields[expression.field];
      return loadPayload(writer, register, base, offset, typeFacts[type].lengthBytes);
    }
    case "meta":
      return writeExpression(writer, "meta", (data) =>
        data.u32be(META.key, metaKeys[expression.key].number).u32be(META.dreg, register),
      );
    case "ct":
      return loadConntrack(writer, expression.key, register);
    case "fib":
      return writeExpression(writer, "fib", (data) =>
        data
          .u32be(FIB.flags, FIB_FLAGS[expression.of])
          .u32be(FIB.result, FIB_RESULT_TYPE)
          .u32be(FIB.dreg, register),
      );
    case "socket":
      return writeExpression(writer, "socket", (data) =>
        data.u32be(SOCKET.key, SOCKET_KEYS[expression.key]).u32be(SOCKET.dreg, register),
      );
    case "numgen":
      return writeExpression(writer, "numgen", (data) =>
        data
          .u32be(NUMGEN.dreg, register)
          .u32be(NUMGEN.modulus, expression.mod)
          .u32be(NUMGEN.type, NUMGEN_TYPES[expression.mode])
          .u32be(NUMGEN.offset, expression.offset),
      );
    case "jhash":
      return loadHash(writer, expression, offsetBytes);
    case "lookup":
      loadKey(writer, expression.key, offsetBytes);
      return writeExpression(writer, "lookup", (data) =>
        data
          .u32be(LOOKUP.sreg, register)
          .u32be(LOOKUP.dreg, register)
          .string(LOOKUP.set, expression.map),
      );
    case "constant":
      return loadConstant(writer, offsetBytes, expression.value);
  }
}

/** Loads bytes of a header; for a prefix that ends within the field, fewer than the field has. */
export function loadPayload(
  writer: NetlinkWriter,
  register: number,
  base: number,
  offset: number,
  lengthBytes: number,
): NetlinkWriter {
  return writeExpression(writer, "payload", (data) =>
    data
      .u32be(PAYLOAD.dreg, register)
      .u32be(PAYLOAD.base, base)
      .u32be(PAYLOAD.offset, offset)
      .u32be(PAYLOAD.length, lengthBytes),
  );
}

function loadConntrack(
  writer: NetlinkWriter,
  key: keyof typeof ctKeys,
  register: number,
): NetlinkWriter {
  const { number, direction } = ctKeys[key];
  return writeExpression(writer, "ct", (data) => {
    data.u32be(CT.key, number).u32be(CT.dreg, register);
    if (direction !== undefined) data.u8(CT.direction, direction);
  });
}

/** The parts go behind the register that takes the hash. */
function loadHash(
  writer: NetlinkWriter,
  hash: Extract<Expression, { kind: "jhash" }>,
  offsetBytes: number,
): NetlinkWriter {
  const source = offsetBytes + 16;
  const length = loadKey(writer, hash.of, source);
  return writeExpression(writer, "hash", (data) =>
    data
      .u32be(HASH.sreg, registerAt(source))
      .u32be(HASH.dreg, registerAt(offsetBytes))
      .u32be(HASH.length, length)
      .u32be(HASH.modulus, hash.mod)
      .u32be(HASH.seed, hash.seed)
      .u32be(HASH.offset, hash.offset)
      .u32be(HASH.type, HASH_JENKINS),
  );
}
