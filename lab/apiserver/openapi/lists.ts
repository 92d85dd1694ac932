/** The kind that a list of a resource has, which the schema tables leave out: it is the same for all. */
import type { ResourceRow } from "../contract.ts";
import type { Dialect, Json } from "./schemas.ts";

export function listName({ schema }: ResourceRow): string {
  return `${schema.name}List`;
}

export function listDefinition(row: ResourceRow, { definitions }: Dialect): Json {
  const { group, version, kind, schema } = row;
  const text = { type: "string" };
  return {
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: text,
      items: { type: "array", items: { $ref: definitions + schema.name } },
      kind: text,
      metadata: {
        type: "object",
        properties: {
          continue: text,
          remainingItemCount: { type: "integer", format: "int64" },
          resourceVersion: text,
        },
      },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind: `${kind}List` }],
  };
}
