import type { Schema, StructSchema } from "./contract.ts";

/** The roots and every struct that they reach, each once. */
export function structsFrom(roots: Iterable<StructSchema>): readonly StructSchema[] {
  const found = new Set<StructSchema>();
  const waiting: Schema[] = [...roots];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (schema.type === "list") waiting.push(schema.items);
    else if (schema.type === "map") waiting.push(schema.values);
    else if (schema.type === "struct" && !found.has(schema)) {
      found.add(schema);
      for (const field of schema.fields.values()) waiting.push(field.schema);
    }
  }
  return [...found];
}
