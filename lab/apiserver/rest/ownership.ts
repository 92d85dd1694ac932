import type { ResourceRow } from "../contract.ts";
import { FieldSet } from "../ownership/field-set.ts";
import type { Operation } from "../ownership/managers.ts";
import type { Writing } from "../ownership/record.ts";
import { apiVersionOf } from "../resources/table.ts";
import { timestamp } from "./metadata.ts";
import type { Part } from "./parts.ts";

/** How a write of a part of the row's objects counts in metadata.managedFields. */
export function writingBy(
  name: string,
  operation: Operation,
  row: ResourceRow,
  part: Part,
  nowMs: number,
): Writing {
  const subresource = part === "status" ? part : "";
  return {
    who: { name, operation, apiVersion: apiVersionOf(row), subresource },
    schema: row.schema,
    ignores: ignoredBy(row, part),
    now: timestamp(nowMs),
  };
}

function ignoredBy(row: ResourceRow, part: Part): FieldSet {
  const isIgnored = (field: string) =>
    part === "status"
      ? field !== "status"
      : part === "object" && row.hasStatus && field === "status";
  const fields = [...row.schema.fields.keys()].filter(isIgnored);
  return FieldSet.of(
    false,
    fields.map((field) => [`f:${field}`, FieldSet.leaf] as const),
  );
}
