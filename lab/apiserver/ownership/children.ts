/**
 * How ownership takes values apart: into members, into items that keys or their own value tell apart, or not at all.
 */
import type { ListSchema, Schema } from "../schema/contract.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";

interface Child {
  readonly value: unknown;
  readonly schema: Schema;
}

/** Children by step; undefined for what is owned as a whole. */
export type Children = ReadonlyMap<string, Child>;

const any: Schema = { type: "any" };

export function childrenOf(value: unknown, schema: Schema): Children | undefined {
  if (schema.type === "list") return Array.isArray(value) ? itemsOf(value, schema) : undefined;
  if (!isRecord(value)) return undefined;
  switch (schema.type) {
    case "struct":
      if (schema.isAtomic) return undefined;
      return membersOf(value, (name) => schema.fields.get(name)?.schema ?? any);
    case "map":
      return schema.isAtomic ? undefined : membersOf(value, () => schema.values);
    case "any":
      return membersOf(value, () => any);
    case "scalar":
      return undefined;
  }
}

/** The step to an item of a list that is not owned as a whole. */
export function stepTo(item: unknown, { topology }: ListSchema): string {
  if (topology.kind !== "map") return `v:${JSON.stringify(item)}`;
  const record = isRecord(item) ? item : {};
  const keys = topology.keys.flatMap(({ field, absent }) => {
    const value = record[field] ?? absent;
    return value === undefined ? [] : [[field, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(keys.sort(([one], [two]) => (one < two ? -1 : 1))))}`;
}

function itemsOf(list: readonly unknown[], schema: ListSchema): Children | undefined {
  if (schema.topology.kind === "atomic") return undefined;
  return new Map(
    list.map((value) => [stepTo(value, schema), { value, schema: schema.items }] as const),
  );
}

function membersOf(record: JsonRecord, schemaOf: (name: string) => Schema): Children {
  return new Map(
    Object.entries(record).map(
      ([name, value]) => [`f:${name}`, { value, schema: schemaOf(name) }] as const,
    ),
  );
}
