import type { ListSchema, MapSchema, ScalarType, Schema, StructSchema } from "./contract.ts";
import { isRecord, typeName } from "./json.ts";

/** A value of the wrong type: where, and what it should be. */
export interface TypeProblem {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** What decoding made of a value. */
export interface Decoded {
  /** Without what is unknown or null. The given value itself when there was nothing to take out. */
  readonly value: unknown;
  /** Paths of fields that the schema lacks, in the order of the value. */
  readonly unknownFields: readonly string[];
  /** The first field whose type is wrong. */
  readonly problem: TypeProblem | undefined;
}

/** Holds a value against a schema. Absent fields are fine, and null is read as absent. */
export function decodeBySchema(value: unknown, schema: Schema): Decoded {
  const decoder = new Decoder();
  const decoded = decoder.decode(value, schema, "");
  return { value: decoded, unknownFields: decoder.unknownFields, problem: decoder.problem };
}

class Decoder {
  readonly unknownFields: string[] = [];
  problem: TypeProblem | undefined;

  decode(value: unknown, schema: Schema, path: string): unknown {
    switch (schema.type) {
      case "any":
        return value;
      case "scalar":
        return this.#scalar(value, schema.scalar, path);
      case "list":
        return this.#list(value, schema, path);
      case "map":
        return this.#map(value, schema, path);
      case "struct":
        return this.#struct(value, schema, path);
    }
  }

  #struct(value: unknown, { fields, keepsUnknown }: StructSchema, path: string): unknown {
    return this.#members(value, path, (name, member) => {
      const field = fields.get(name);
      const at = path === "" ? name : `${path}.${name}`;
      if (field !== undefined) return this.decode(member, field.schema, at);
      if (keepsUnknown) return member;
      this.unknownFields.push(at);
      return undefined;
    });
  }

  #map(value: unknown, { values }: MapSchema, path: string): unknown {
    return this.#members(value, path, (name, member) =>
      this.decode(member, values, `${path}.${name}`),
    );
  }

  /** Replaces each member by what `decodeMember` makes of it; those that become undefined go. */
  #members(
    value: unknown,
    path: string,
    decodeMember: (name: string, member: unknown) => unknown,
  ): unknown {
    if (!isRecord(value)) return this.#wrong(value, "object", path);
    let same = true;
    const kept: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      const decoded =
        member === null || member === undefined ? undefined : decodeMember(name, member);
      if (decoded !== member) same = false;
      if (decoded !== undefined) kept.push([name, decoded]);
    }
    return same ? value : Object.fromEntries(kept);
  }

  #list(value: unknown, { items }: ListSchema, path: string): unknown {
    if (!Array.isArray(value)) return this.#wrong(value, "list", path);
    let same = true;
    const decoded = value.map((item: unknown, index) => {
      const next = this.decode(item, items, `${path}[${index}]`);
      if (next !== item) same = false;
      return next;
    });
    return same ? value : decoded;
  }

  #scalar(value: unknown, scalar: ScalarType, path: string): unknown {
    if (scalar === "quantity" && typeof value === "number") return String(value);
    return isScalar(value, scalar) ? value : this.#wrong(value, nameOf(scalar), path);
  }

  #wrong(value: unknown, expected: string, path: string): unknown {
    this.problem ??= { path, expected, found: typeName(value) };
    return value;
  }
}

function isScalar(value: unknown, scalar: ScalarType): boolean {
  switch (scalar) {
    case "int32":
    case "int64":
      return Number.isSafeInteger(value);
    case "intOrString":
      return typeof value === "string" || Number.isSafeInteger(value);
    case "number":
    case "boolean":
      return typeof value === scalar;
    default:
      return typeof value === "string";
  }
}

/** The JSON type, for people. */
function nameOf(scalar: ScalarType): string {
  if (scalar === "int32" || scalar === "int64") return "integer";
  return ["bytes", "time", "microTime", "quantity"].includes(scalar) ? "string" : scalar;
}
