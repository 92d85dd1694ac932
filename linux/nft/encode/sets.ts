import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { DataType, NamedSet } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { concatenatedNumber, kernelLength, paddedBytes, typeFacts } from "../types.ts";
import {
  DATA_TYPE_VERDICT,
  EXPRESSION,
  FIELD_LENGTH,
  LIST_ELEM,
  ORDER,
  SET,
  SET_DESCRIPTION,
  SET_FLAG,
  USERDATA,
} from "./abi.ts";
import { encodeNotes, type Note, textNote, wordNote } from "./userdata.ts";

/** Attributes of a message that makes a set; `id` is its number within the batch. */
export function writeSetDefinition(
  writer: NetlinkWriter,
  table: string,
  set: NamedSet,
  id: number,
): void {
  check(set);
  writer
    .string(SET.table, table)
    .string(SET.name, set.name)
    .u32be(SET.flags, flagsOf(set))
    .u32be(SET.keyType, concatenatedNumber(set.key))
    .u32be(SET.keyLength, kernelLength(set.key));
  if (set.data === "verdict")
    writer.u32be(SET.dataType, DATA_TYPE_VERDICT).u32be(SET.dataLength, 0);
  else if (set.data !== undefined)
    writer
      .u32be(SET.dataType, concatenatedNumber(set.data))
      .u32be(SET.dataLength, kernelLength(set.data));
  writer.u32be(SET.id, id);
  if (set.timeout?.defaultMs !== undefined)
    writer.u64be(SET.timeout, BigInt(set.timeout.defaultMs));
  writeDescription(writer, set);
  writer.bytes(SET.userdata, encodeNotes(notesOf(set)));
  if (set.counter === true) writeCounterPerElement(writer);
}

/** Attributes of an anonymous set of the values that one match compares with. */
export function writeAnonymousSet(
  writer: NetlinkWriter,
  table: string,
  type: { readonly number: number; readonly lengthBytes: number },
  count: number,
  id: number,
): void {
  writer
    .string(SET.table, table)
    .string(SET.name, ANONYMOUS_NAME)
    .u32be(SET.flags, SET_FLAG.anonymous | SET_FLAG.constant)
    .u32be(SET.keyType, type.number)
    .u32be(SET.keyLength, type.lengthBytes)
    .u32be(SET.id, id)
    .nested(SET.description, (description) => description.u32be(SET_DESCRIPTION.size, count));
}

/** The kernel puts a number in the place of %d. */
export const ANONYMOUS_NAME = "__set%d";

function isConcatenatedInterval(set: NamedSet): boolean {
  return set.interval === true && set.key.length > 1;
}

function flagsOf(set: NamedSet): number {
  return (
    (set.interval === true ? SET_FLAG.interval : 0) |
    (set.data === undefined ? 0 : SET_FLAG.map) |
    (set.timeout === undefined ? 0 : SET_FLAG.timeout) |
    (set.dynamic === true ? SET_FLAG.dynamic : 0) |
    (isConcatenatedInterval(set) ? SET_FLAG.concat : 0)
  );
}

function writeDescription(writer: NetlinkWriter, set: NamedSet): void {
  if (set.size === undefined && !isConcatenatedInterval(set)) return;
  const description = writer.open(SET.description);
  if (set.size !== undefined) writer.u32be(SET_DESCRIPTION.size, set.size);
  if (isConcatenatedInterval(set)) {
    const fields = writer.open(SET_DESCRIPTION.concat);
    for (const part of set.key) {
      const field = writer.open(LIST_ELEM);
      writer.u32be(FIELD_LENGTH, typeFacts[part].lengthBytes);
      writer.close(field);
    }
    writer.close(fields);
  }
  writer.close(description);
}

function writeCounterPerElement(writer: NetlinkWriter): void {
  const expression = writer.open(SET.expression);
  writer.string(EXPRESSION.name, "counter");
  writer.close(writer.open(EXPRESSION.data));
  writer.close(expression);
}

/** Without the order of its bytes nft lists a number the wrong way round. */
function notesOf(set: NamedSet): readonly Note[] {
  const notes = [wordNote(USERDATA.setKeyOrder, orderOf(set.key))];
  if (set.data !== undefined)
    notes.push(wordNote(USERDATA.setDataOrder, set.data === "verdict" ? 0 : orderOf(set.data)));
  if (set.comment !== undefined) notes.push(textNote(USERDATA.setComment, set.comment));
  return notes;
}

function orderOf(parts: readonly DataType[]): number {
  const [only] = parts;
  if (only === undefined || parts.length > 1) return 0;
  return ORDER[typeFacts[only].order];
}

const MAX_PARTS = 5;
const MAX_KEY_BYTES = 64;

function check({ name, key, interval }: NamedSet): void {
  const fail = (fault: string): never => {
    throw new NftValueError(`set ${name}: ${fault}`);
  };
  if (key.length === 0 || key.length > MAX_PARTS)
    fail(`a key has 1 to ${MAX_PARTS} parts, not ${key.length}`);
  const lengthBytes = key.reduce((sum, part) => sum + paddedBytes(part), 0);
  if (lengthBytes > MAX_KEY_BYTES)
    fail(`a key has at most ${MAX_KEY_BYTES} bytes, ${key.join(" . ")} has ${lengthBytes}`);
  const turned = key.find((part) => part === "mark" || part === "classid");
  if (interval === true && turned !== undefined)
    fail(`ranges of ${turned} are not supported: its bytes are in the machine's order`);
}
