import type { Field, StructSchema } from "./contract.ts";
import { parseField } from "./notation.ts";

/**
 * The types of one API group as data. A field is written as its type and a sentence for people:
 *
 *     "int32"             a scalar (contract.ts names them), or "any"
 *     "Container"         a type of this table, or else of another
 *     "{}string"          a map; "{atomic}string" is owned as a whole
 *     "[]string"          a list that is owned and replaced as a whole
 *     "[set]string"       owned item by item; "[mergeset]string" also merged so by strategic merge patches
 *     "[name]Container"   owned and merged by key; "[port,protocol=TCP]ServicePort" has two, one with a default, and
 *                         strategic merge patches use the first
 *     "[=name]T"          owned by key, replaced as a whole; "[~ip]T" the other way round
 *
 * "!" behind the type says that the field is required.
 */
export interface TypeTable {
  /** Of the names in the OpenAPI documents. */
  readonly prefix: string;
  readonly group: string;
  readonly types: Readonly<Record<string, TypeDefinition>>;
}

interface TypeDefinition {
  readonly about?: string;
  /** Whether it has apiVersion, kind and metadata. */
  readonly isObject?: true;
  readonly isAtomic?: true;
  readonly retainsKeys?: true;
  readonly fields: Readonly<Record<string, string>>;
}

const objectFields = {
  apiVersion: "string Group and version of the schema that the object follows.",
  kind: "string Name of the kind of the object.",
  metadata: "ObjectMeta Identity, labels and life cycle.",
};

interface Entry {
  readonly table: TypeTable;
  readonly definition: TypeDefinition;
  readonly schema: StructSchema;
  readonly fields: Map<string, Field>;
}

/** Every type of the tables by "group/Type". @throws Error for a notation or a reference that is none */
export function buildSchemas(tables: readonly TypeTable[]): ReadonlyMap<string, StructSchema> {
  const entries = tables.flatMap((table) =>
    Object.entries(table.types).map(([name, definition]) => entryOf(table, name, definition)),
  );
  const byName = new Map<string, StructSchema>();
  const byGroup = new Map<string, StructSchema>();
  for (const { table, name, schema } of entries) {
    if (!byName.has(name)) byName.set(name, schema);
    byGroup.set(`${table.group}/${name}`, schema);
  }
  for (const { table, definition, fields } of entries) {
    const find = (name: string) => byGroup.get(`${table.group}/${name}`) ?? byName.get(name);
    const all = definition.isObject ? { ...objectFields, ...definition.fields } : definition.fields;
    for (const [field, notation] of Object.entries(all))
      fields.set(field, parseField(notation, find));
  }
  return byGroup;
}

/** Types refer to one another, also in circles: their fields come once all of them exist. */
function entryOf(
  table: TypeTable,
  name: string,
  definition: TypeDefinition,
): Entry & { readonly name: string } {
  const fields = new Map<string, Field>();
  const schema: StructSchema = {
    type: "struct",
    name: `${table.prefix}.${name}`,
    about: definition.about ?? "",
    fields,
    isAtomic: definition.isAtomic ?? false,
    retainsKeys: definition.retainsKeys ?? false,
    keepsUnknown: false,
  };
  return { table, name, definition, schema, fields };
}
