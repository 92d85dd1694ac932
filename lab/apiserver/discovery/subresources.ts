import type { ResourceRow, Verb } from "../contract.ts";

/** What is served below single objects of a resource. */
export interface Subresource {
  readonly name: string;
  readonly verbs: readonly Verb[];
  /** The kind that it speaks; group and version only where they are not the resource's own. */
  readonly response: { readonly group?: string; readonly version?: string; readonly kind: string };
}

const writable: readonly Verb[] = ["get", "patch", "update"];

export function subresourcesOf(row: ResourceRow): readonly Subresource[] {
  return row.hasStatus ? [{ name: "status", verbs: writable, response: { kind: row.kind } }] : [];
}
