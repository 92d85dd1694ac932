import { StatusError } from "../status.ts";
import { showPath } from "./fields-v1.ts";
import type { Manager } from "./managers.ts";

/** What an applier would take from another manager: its fields are those in question. */
export type Conflict = Manager;

/** The refusal of an apply that would take fields from others without force: 409 with a cause for each field. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const found = conflicts.flatMap((conflict) =>
    [...conflict.fields.paths()].map((path) => ({ who: describe(conflict), path: showPath(path) })),
  );
  const causes = found.map(({ who, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who}`,
    field: path,
  }));
  return new StatusError(409, "Conflict", messageOf(found), { causes });
}

interface Found {
  readonly who: string;
  readonly path: string;
}

function messageOf(found: readonly Found[]): string {
  if (found.length === 1)
    return `Apply failed with 1 conflict: conflict with ${found[0].who}: ${found[0].path}`;
  const lines = [...Map.groupBy(found, ({ who }) => who)].flatMap(([who, fields]) => [
    `conflicts with ${who}:`,
    ...fields.map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${found.length} conflicts: ${lines.join("\n")}`;
}

function describe({ name, subresource, operation, apiVersion }: Manager): string {
  const who =
    JSON.stringify(name) + (subresource === "" ? "" : ` with subresource "${subresource}"`);
  return operation === "Apply" ? who : `${who} using ${apiVersion}`;
}
