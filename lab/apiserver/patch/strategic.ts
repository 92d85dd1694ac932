import type { Schema } from "../schema/contract.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";
import { PatchProblem } from "./json-patch.ts";
import { mergeItems, mergeScalars } from "./strategic-lists.ts";

/** Members of a patch that say what to do, as the Kubernetes document on strategic merge patches defines them. */
const directive = {
  patch: "$patch",
  retainKeys: "$retainKeys",
  order: "$setElementOrder/",
  deleteScalars: "$deleteFromPrimitiveList/",
} as const;

const any: Schema = { type: "any" };

/**
 * Applies a strategic merge patch: a merge patch under which lists are merged by the keys that the schema names.
 * @throws PatchProblem for directives that make no sense
 */
export function strategicMergePatch(target: unknown, patch: unknown, schema: Schema): unknown {
  if (!isRecord(patch)) return patch;
  const { [directive.patch]: order, ...members } = patch;
  if (order === "delete") return {};
  if (order === "replace") return withoutDirectives(members);
  if (order !== undefined && order !== "merge")
    throw new PatchProblem(`${directive.patch}: ${JSON.stringify(order)} is no directive`);
  const merged = new Map(Object.entries(retained(isRecord(target) ? target : {}, members)));
  for (const name of Object.keys(members)) {
    if (isDirective(name)) continue;
    const next = mergeMember(merged.get(name), members, name, memberSchema(schema, name));
    if (next === undefined) merged.delete(name);
    else merged.set(name, next);
  }
  for (const [name, list] of listsOnlyDirected(merged, members))
    merged.set(name, mergeMember(list, members, name, memberSchema(schema, name)));
  return Object.fromEntries(merged);
}

/** Undefined when the member is to go. */
function mergeMember(present: unknown, patch: JsonRecord, name: string, schema: Schema): unknown {
  const value = patch[name];
  if (value === null) return undefined;
  if (schema.type !== "list") return strategicMergePatch(present, value, schema);
  const items = value ?? [];
  if (!Array.isArray(items)) return items;
  if (schema.patch.strategy === "replace") return items.map(withoutDirectives);
  const old = Array.isArray(present) ? present : [];
  const order = listDirective(patch, directive.order + name);
  const { key } = schema.patch;
  if (key === undefined) {
    const gone = listDirective(patch, directive.deleteScalars + name) ?? [];
    return mergeScalars(old, items, gone, order);
  }
  return mergeItems(old, items, key, order, (one, two) =>
    strategicMergePatch(one, two, schema.items),
  );
}

/** Lists that the patch orders or takes scalars from without naming them otherwise. */
function listsOnlyDirected(
  target: ReadonlyMap<string, unknown>,
  patch: JsonRecord,
): readonly (readonly [string, unknown])[] {
  const names = Object.keys(patch)
    .filter((name) => name.startsWith(directive.order) || name.startsWith(directive.deleteScalars))
    .map((name) => name.slice(name.indexOf("/") + 1));
  return [...new Set(names)]
    .filter((name) => !Object.hasOwn(patch, name) && target.has(name))
    .map((name) => [name, target.get(name)] as const);
}

/** $retainKeys names the members that may stay beside the patch's own. */
function retained(target: JsonRecord, patch: JsonRecord): JsonRecord {
  const keys = listDirective(patch, directive.retainKeys);
  if (keys === undefined) return target;
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function listDirective(patch: JsonRecord, name: string): readonly unknown[] | undefined {
  const given = patch[name];
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw new PatchProblem(`${name} must be a list`);
  return given;
}

function memberSchema(schema: Schema, name: string): Schema {
  if (schema.type === "struct") return schema.fields.get(name)?.schema ?? any;
  return schema.type === "map" ? schema.values : any;
}

function isDirective(name: string): boolean {
  return (
    name === directive.retainKeys ||
    name.startsWith(directive.order) ||
    name.startsWith(directive.deleteScalars)
  );
}

/** What is new is taken as it is but for nulls and directives, which have nothing to act on. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => member !== null && name !== directive.patch && !isDirective(name))
      .map(([name, member]) => [name, withoutDirectives(member)]),
  );
}
