import type { MapSchema, Schema, StructSchema } from "../schema/contract.ts";
import { type NumberedField, parseNumbers } from "./field-numbers.ts";
import { numbersOf } from "./numbers.ts";
import { scalarOf } from "./scalars.ts";
import { ProtobufProblem, readFields, type WireValue } from "./wire.ts";

/**
 * Decodes a message of a type of the schema tables to what its JSON would have been.
 * @throws ProtobufProblem for bytes that are no such message and for types without numbers
 */
export function decodeMessage(bytes: Buffer, struct: StructSchema): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  decodeInto(decoded, bytes, struct, fieldsOf(struct.name));
  return decoded;
}

const parsed = new Map<string, ReadonlyMap<number, NumberedField>>();

function fieldsOf(type: string): ReadonlyMap<number, NumberedField> {
  const known = parsed.get(type);
  if (known !== undefined) return known;
  const notation = numbersOf(type);
  if (notation === undefined) throw new ProtobufProblem(`the fields of ${type} have no numbers`);
  const fields = parseNumbers(notation);
  parsed.set(type, fields);
  return fields;
}

function decodeInto(
  target: Record<string, unknown>,
  bytes: Buffer,
  struct: StructSchema,
  numbered: ReadonlyMap<number, NumberedField>,
): void {
  for (const [number, value] of readFields(bytes)) {
    const found = numbered.get(number);
    // A newer client's field that this server does not know.
    if (found === undefined) continue;
    if (found.is === "embedded") {
      const prefix = struct.name.slice(0, struct.name.lastIndexOf(".") + 1);
      decodeInto(target, message(value), struct, fieldsOf(prefix + found.type));
      continue;
    }
    const schema = struct.fields.get(found.name)?.schema;
    if (schema !== undefined) add(target, found.name, value, schema, found.keepsZero);
  }
}

function add(
  target: Record<string, unknown>,
  name: string,
  value: WireValue,
  schema: Schema,
  keepsZero: boolean,
): void {
  switch (schema.type) {
    case "list": {
      const list = (target[name] ?? []) as unknown[];
      list.push(decodeValue(value, schema.items, true));
      target[name] = list;
      return;
    }
    case "map":
      target[name] = { ...(target[name] as object | undefined), ...mapEntry(value, schema) };
      return;
    default: {
      const decoded = decodeValue(value, schema, keepsZero);
      if (decoded !== undefined) target[name] = decoded;
    }
  }
}

/** What has no fixed form, such as the fields of a manager, is left out: it is not for typed clients to send. */
function decodeValue(value: WireValue, schema: Schema, keepsZero: boolean): unknown {
  if (schema.type === "scalar") return scalarOf(value, schema.scalar, keepsZero);
  return schema.type === "struct" ? decodeMessage(message(value), schema) : undefined;
}

/** A map is a list of messages with the key in field 1 and the value in field 2. */
function mapEntry(value: WireValue, { values }: MapSchema): Record<string, unknown> {
  let key = "";
  let member: unknown = values.type === "scalar" ? "" : {};
  for (const [number, part] of readFields(message(value))) {
    if (number === 1) key = message(part).toString("utf8");
    else if (number === 2) member = decodeValue(part, values, true);
  }
  return { [key]: member };
}

function message(value: WireValue): Buffer {
  if (!Buffer.isBuffer(value)) throw new ProtobufProblem("a number stands where a message belongs");
  return value;
}
