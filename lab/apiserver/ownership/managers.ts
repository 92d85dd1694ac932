/** metadata.managedFields (meta/v1 ManagedFieldsEntry) as values to compute with. */
import { isRecord } from "../schema/json.ts";
import { FieldSet } from "./field-set.ts";
import { fromFieldsV1, toFieldsV1 } from "./fields-v1.ts";

export type Operation = "Apply" | "Update";

/** Someone who has set fields, by one way of doing so. */
export interface ManagerId {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** "" for the object itself. */
  readonly subresource: string;
}

export interface Manager extends ManagerId {
  /** When its fields changed last, RFC 3339. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Appliers are the same whatever version they apply. */
export function isSame(one: ManagerId, two: ManagerId): boolean {
  return (
    one.name === two.name &&
    one.operation === two.operation &&
    one.subresource === two.subresource &&
    (one.operation === "Apply" || one.apiVersion === two.apiVersion)
  );
}

/** Entries without a manager's name or fields, which reset the ownership, are dropped. */
export function readManagers(entries: unknown): readonly Manager[] {
  if (!Array.isArray(entries)) return [];
  return entries.filter(isRecord).flatMap((entry) => {
    const fields = fromFieldsV1(entry.fieldsV1);
    if (fields.isEmpty) return [];
    return [
      {
        name: String(entry.manager ?? ""),
        operation: entry.operation === "Apply" ? "Apply" : "Update",
        apiVersion: String(entry.apiVersion ?? ""),
        subresource: String(entry.subresource ?? ""),
        time: typeof entry.time === "string" ? entry.time : undefined,
        fields,
      } as const,
    ];
  });
}

/** Managers that own nothing have no entry. */
export function writeManagers(managers: readonly Manager[]): readonly object[] {
  return managers
    .filter(({ fields }) => !fields.isEmpty)
    .map(({ name, operation, apiVersion, subresource, time, fields }) => ({
      manager: name,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(fields),
      ...(subresource === "" ? {} : { subresource }),
    }));
}

export function unionOf(managers: readonly Manager[]): FieldSet {
  return managers.reduce((all, { fields }) => all.union(fields), FieldSet.empty);
}
