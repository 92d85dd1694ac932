import type { KubeObject, ResourceRow } from "../contract.ts";
import { badRequest } from "../status.ts";

/** One term of a field selector, its path split for the walk. */
export interface FieldTerm {
  readonly path: readonly string[];
  readonly equal: boolean;
  readonly value: string;
  /** The text that an absent field has. */
  readonly absent: string;
}

const term = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/;

/**
 * Parses a field selector: `metadata.name=a,status.phase!=Running`. A backslash escapes comma, equals sign and itself.
 * @throws StatusError 400 for a term that is none and for a field the resource does not offer.
 */
export function parseFieldSelector(text: string, row: ResourceRow): readonly FieldTerm[] {
  if (text.trim() === "") return [];
  return text.split(/(?<!\\),/).map((part) => {
    const found = term.exec(part.trim());
    if (found === null) {
      throw badRequest(
        `invalid field selector ${JSON.stringify(text)}: ${JSON.stringify(part)} is no field=value`,
      );
    }
    const absent = absentText(found[1], row);
    if (absent === undefined) {
      throw badRequest(
        `field label not supported for ${row.kind}: ${found[1]}; supported are ${supported(row)}`,
      );
    }
    return {
      path: found[1].split("."),
      equal: found[2] !== "!=",
      value: found[3].replace(/\\([\\,=])/g, "$1"),
      absent,
    };
  });
}

export function matchesFields(terms: readonly FieldTerm[], object: KubeObject): boolean {
  return terms.every((wanted) => (fieldText(wanted, object) === wanted.value) === wanted.equal);
}

function absentText(field: string, row: ResourceRow): string | undefined {
  if (field === "metadata.name") return "";
  if (field === "metadata.namespace" && row.namespaced) return "";
  return Object.hasOwn(row.selectableFields, field) ? row.selectableFields[field] : undefined;
}

function supported(row: ResourceRow): string {
  const general = row.namespaced ? ["metadata.name", "metadata.namespace"] : ["metadata.name"];
  return [...general, ...Object.keys(row.selectableFields)].join(", ");
}

function fieldText({ path, absent }: FieldTerm, object: KubeObject): string {
  let at: unknown = object;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return absent;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at === undefined || at === null ? absent : String(at);
}
