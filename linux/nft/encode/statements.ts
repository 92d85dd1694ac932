import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Expression, Statement, TableFamily } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { typeOf } from "../fields.ts";
import { typeFacts } from "../types.ts";
import { COUNTER } from "./abi.ts";
import { writeCompare } from "./compare.ts";
import { load, loadKey, registerAt, writeExpression, writeVerdict } from "./expressions.ts";
import { writeMatchBits, writeMatchPrefix } from "./masks.ts";
import { writeDnat, writeDnatMap, writeMasquerade, writeReject, writeSnat } from "./nat.ts";
import { writeSet } from "./write-field.ts";

const BYTEORDER = { sreg: 1, dreg: 2, op: 3, length: 4, size: 5 } as const;
const BYTEORDER_HTON = 1;
const LOOKUP = { set: 1, sreg: 2, dreg: 3, setId: 4, flags: 5 } as const;
const LOOKUP_INVERTED = 1;
const IMMEDIATE = { dreg: 1, data: 2 } as const;
const REGISTER_VERDICT = 0;
const DYNSET = { set: 1, op: 3, keyRegister: 4, dataRegister: 5, timeout: 6 } as const;
const DYNSET_OPS = { add: 0, update: 1, delete: 2 } as const;
const LOG = { group: 1, prefix: 2, snapLength: 3 } as const;
const LIMIT = { rate: 1, unit: 2, burst: 3, type: 4, flags: 5 } as const;
const LIMIT_INVERTED = 1;

/** A set without a name that a rule needs; it is made in the same batch and known there by a number. */
export interface AnonymousSet {
  readonly name: string;
  readonly id: number;
}

/** What the statements of a rule need to know of what is around them. */
export interface RuleScope {
  readonly family: TableFamily;
  /** The set that was made for a matchAny statement of this rule. */
  anonymous(statement: Extract<Statement, { kind: "matchAny" }>): AnonymousSet;
}

/** The expressions of one statement. Each is a program of its own for the kernel's registers. */
export function writeStatement(
  writer: NetlinkWriter,
  statement: Statement,
  scope: RuleScope,
): NetlinkWriter {
  switch (statement.kind) {
    case "match":
      return writeMatch(writer, statement);
    case "matchAny":
      load(writer, statement.left);
      return writeLookup(writer, scope.anonymous(statement), statement.negated);
    case "matchBits":
      return writeMatchBits(writer, statement);
    case "matchPrefix":
      return writeMatchPrefix(writer, statement);
    case "inSet":
      loadKey(writer, statement.key);
      return writeLookup(writer, { name: statement.set }, statement.negated);
    case "verdictMap":
      loadKey(writer, statement.key);
      return writeExpression(writer, "lookup", (data) =>
        data
          .u32be(LOOKUP.sreg, registerAt(0))
          .u32be(LOOKUP.dreg, REGISTER_VERDICT)
          .string(LOOKUP.set, statement.map),
      );
    case "verdict":
      return writeExpression(writer, "immediate", (data) => {
        data.u32be(IMMEDIATE.dreg, REGISTER_VERDICT);
        writeVerdict(data, IMMEDIATE.data, statement.verdict);
      });
    case "counter":
      return writeExpression(writer, "counter", (data) =>
        data.u64be(COUNTER.packets, 0n).u64be(COUNTER.bytes, 0n),
      );
    case "set":
      return writeSet(writer, statement);
    case "dnatMap":
      return writeDnatMap(writer, statement);
    case "dnat":
      return writeDnat(writer, statement);
    case "snat":
      return writeSnat(writer, statement);
    case "masquerade":
      return writeMasquerade(writer, statement.fullyRandom);
    case "reject":
      return writeReject(writer, statement.with, scope.family);
    case "notrack":
      return writeExpression(writer, "notrack", () => {});
    case "dynamic":
      return writeDynamic(writer, statement);
    case "log":
      return writeLog(writer, statement);
    case "limit":
      return writeExpression(writer, "limit", (data) =>
        data
          .u64be(LIMIT.rate, BigInt(statement.perSecond))
          .u64be(LIMIT.unit, 1n)
          .u32be(LIMIT.burst, statement.burst)
          .u32be(LIMIT.type, 0)
          .u32be(LIMIT.flags, statement.over ? LIMIT_INVERTED : 0),
      );
  }
}

function writeMatch(
  writer: NetlinkWriter,
  { left, op, right }: Extract<Statement, { kind: "match" }>,
): NetlinkWriter {
  const type = typeOf(left);
  if (type === undefined) throw new NftValueError("what a map gives cannot be compared");
  load(writer, left);
  const { order, lengthBytes } = typeFacts[type];
  const value = comparable(left, right, type === "ifname" ? right.length : lengthBytes);
  // The kernel compares bytes from the first on: a number in host order must be turned around to be less or more.
  if (op === "==" || op === "!=" || order === "network" || lengthBytes === 1)
    return writeCompare(writer, op, value);
  writeExpression(writer, "byteorder", (data) =>
    data
      .u32be(BYTEORDER.sreg, registerAt(0))
      .u32be(BYTEORDER.dreg, registerAt(0))
      .u32be(BYTEORDER.op, BYTEORDER_HTON)
      .u32be(BYTEORDER.length, lengthBytes)
      .u32be(BYTEORDER.size, lengthBytes),
  );
  return writeCompare(writer, op, Buffer.from(value).reverse());
}

function comparable(left: Expression, right: Uint8Array, lengthBytes: number): Uint8Array {
  if (right.length >= lengthBytes && lengthBytes > 0) return right.subarray(0, lengthBytes);
  throw new NftValueError(
    `a match of ${JSON.stringify(left)} needs a value of ${lengthBytes} bytes, not ${right.length}`,
  );
}

function writeLookup(
  writer: NetlinkWriter,
  set: { readonly name: string; readonly id?: number },
  negated: boolean,
): NetlinkWriter {
  return writeExpression(writer, "lookup", (data) => {
    data.u32be(LOOKUP.sreg, registerAt(0)).string(LOOKUP.set, set.name);
    if (set.id !== undefined) data.u32be(LOOKUP.setId, set.id);
    if (negated) data.u32be(LOOKUP.flags, LOOKUP_INVERTED);
  });
}

/** The value goes behind the key, at whatever length the key has. */
function writeDynamic(
  writer: NetlinkWriter,
  { op, set, key, data: value, timeoutMs }: Extract<Statement, { kind: "dynamic" }>,
): NetlinkWriter {
  const valueOffset = loadKey(writer, key);
  if (value !== undefined) load(writer, value, valueOffset);
  return writeExpression(writer, "dynset", (data) => {
    data.u32be(DYNSET.keyRegister, registerAt(0));
    if (value !== undefined) data.u32be(DYNSET.dataRegister, registerAt(valueOffset));
    data.u32be(DYNSET.op, DYNSET_OPS[op]);
    if (timeoutMs !== undefined) data.u64be(DYNSET.timeout, BigInt(timeoutMs));
    data.string(DYNSET.set, set);
  });
}

function writeLog(
  writer: NetlinkWriter,
  { group, prefix, snapLengthBytes }: Extract<Statement, { kind: "log" }>,
): NetlinkWriter {
  return writeExpression(writer, "log", (data) => {
    if (prefix !== "") data.string(LOG.prefix, prefix);
    data.u16be(LOG.group, group);
    if (snapLengthBytes !== undefined) data.u32be(LOG.snapLength, snapLengthBytes);
  });
}
