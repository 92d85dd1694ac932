import { isRecord } from "../schema/json.ts";
import type { JsonSchema } from "./contract.ts";

/** Fills in the defaults of a structural schema where a value lacks them; the same value where it lacks none. */
export function withDefaults(value: unknown, schema: JsonSchema): unknown {
  const given = value === undefined ? structuredClone(schema.default) : value;
  if (Array.isArray(given)) {
    const { items } = schema;
    return items === undefined ? given : given.map((item) => withDefaults(item, items));
  }
  if (!isRecord(given)) return given;
  const { properties = {}, additionalProperties } = schema;
  const completed: Record<string, unknown> = { ...given };
  for (const [name, property] of Object.entries(properties)) {
    const member = withDefaults(given[name], property);
    if (member !== undefined) completed[name] = member;
  }
  if (typeof additionalProperties !== "object") return completed;
  for (const [name, member] of Object.entries(given))
    if (!(name in properties)) completed[name] = withDefaults(member, additionalProperties);
  return completed;
}
