import type { Field, ListSchema, ScalarType, Schema } from "./contract.ts";

const scalars: ReadonlySet<string> = new Set<ScalarType>([
  "boolean",
  "bytes",
  "int32",
  "int64",
  "intOrString",
  "microTime",
  "number",
  "quantity",
  "string",
  "time",
]);

type Find = (name: string) => Schema | undefined;

/** Reads "[name]Container! Sentence." as type-table.ts describes it. @throws Error for what is none */
export function parseField(notation: string, find: Find): Field {
  const end = notation.indexOf(" ");
  const typed = end < 0 ? notation : notation.slice(0, end);
  const isRequired = typed.endsWith("!");
  return {
    schema: parseType(isRequired ? typed.slice(0, -1) : typed, find),
    isRequired,
    about: end < 0 ? "" : notation.slice(end + 1),
  };
}

function parseType(text: string, find: Find): Schema {
  const container = /^([[{])([^\]}]*)[\]}](.+)$/.exec(text);
  if (container !== null) {
    const [, bracket, words, inner] = container;
    const schema = parseType(inner, find);
    if (bracket === "[") return listOf(schema, words);
    return { type: "map", values: schema, isAtomic: words === "atomic" };
  }
  if (text === "any") return { type: "any" };
  // The set has just these words.
  if (scalars.has(text)) return { type: "scalar", scalar: text as ScalarType };
  const found = find(text);
  if (found === undefined) throw new Error(`no schema type is called ${JSON.stringify(text)}`);
  return found;
}

function listOf(items: Schema, words: string): ListSchema {
  const list = { type: "list", items } as const;
  const atomic = { kind: "atomic" } as const;
  const replace = { strategy: "replace" } as const;
  if (words === "") return { ...list, topology: atomic, patch: replace };
  if (words === "set") return { ...list, topology: { kind: "set" }, patch: replace };
  if (words === "mergeset")
    return { ...list, topology: { kind: "set" }, patch: { strategy: "merge" } };
  if (words.startsWith("~"))
    return { ...list, topology: atomic, patch: { strategy: "merge", key: words.slice(1) } };
  const keys = words
    .replace("=", (sign, at) => (at === 0 ? "" : sign))
    .split(",")
    .map(parseKey);
  const topology = { kind: "map", keys } as const;
  if (words.startsWith("=")) return { ...list, topology, patch: replace };
  return { ...list, topology, patch: { strategy: "merge", key: keys[0].field } };
}

/** "protocol=TCP" */
function parseKey(text: string): { readonly field: string; readonly absent?: string } {
  const [field, absent] = text.split("=");
  return absent === undefined ? { field } : { field, absent };
}
