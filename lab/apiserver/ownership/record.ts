/** Field ownership as server-side apply defines it: pure functions from objects to objects with managedFields. */
import type { KubeObject } from "../contract.ts";
import type { StructSchema } from "../schema/contract.ts";
import { appliedFields, compare } from "./compare.ts";
import { applyConflict } from "./conflicts.ts";
import { FieldSet } from "./field-set.ts";
import { fromFieldsV1 } from "./fields-v1.ts";
import {
  isSame,
  type Manager,
  type ManagerId,
  readManagers,
  unionOf,
  writeManagers,
} from "./managers.ts";
import { mergeApplied, pruneReleased } from "./merge.ts";

/** What no one owns: identity, and what the server counts. */
const identity = fromFieldsV1({
  "f:apiVersion": {},
  "f:kind": {},
  "f:metadata": {
    "f:name": {},
    "f:namespace": {},
    "f:uid": {},
    "f:selfLink": {},
    "f:generation": {},
    "f:resourceVersion": {},
    "f:creationTimestamp": {},
    "f:managedFields": {},
  },
});

export interface Writing {
  readonly who: ManagerId;
  readonly schema: StructSchema;
  /** Top-level fields that this path of the API does not write: status, or all but it. */
  readonly ignores: FieldSet;
  /** RFC 3339. */
  readonly now: string;
}

/** Gives the writer what it has changed, and takes that from everyone else. `after` says who owned what so far. */
export function recordUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  writing: Writing,
): KubeObject {
  const { changed, removed } = difference(before, after, writing);
  if (changed.isEmpty && removed.isEmpty) return after;
  const managers = readManagers(after.metadata.managedFields);
  const own = managers.find((manager) => isSame(manager, writing.who));
  const fields = (own?.fields ?? FieldSet.empty).difference(removed).union(changed);
  const others = managers
    .filter((manager) => manager !== own)
    .map((manager) => ({ ...manager, fields: manager.fields.difference(changed.union(removed)) }));
  return withManagers(after, [...others, { ...writing.who, time: writing.now, fields }]);
}

/**
 * Applies a configuration to the present object.
 * @throws StatusError 409 where another manager owns what would change, unless forced
 */
export function applyConfiguration(
  present: KubeObject,
  configuration: KubeObject,
  writing: Writing,
  force: boolean,
): KubeObject {
  const { who, schema, now } = writing;
  const managers = readManagers(present.metadata.managedFields);
  const last = managers.find((manager) => isSame(manager, who));
  const others = managers.filter((manager) => manager !== last);
  const fields = appliedFields(configuration, schema).without(writing.ignores);
  const owned = unionOf(others).union(fields).union(identity);
  // The configuration and the present object are of the same kind, and what comes of them is too.
  const merged = mergeApplied(present, configuration, schema) as KubeObject;
  const next = pruneReleased(merged, schema, last?.fields ?? FieldSet.empty, owned) as KubeObject;
  const { changed, removed } = difference(present, next, writing);
  const conflicts = others
    .map((manager) => ({ ...manager, fields: manager.fields.intersection(changed) }))
    .filter((conflict) => !conflict.fields.isEmpty);
  if (conflicts.length > 0 && !force) throw applyConflict(conflicts);
  const stripped = fields.without(identity);
  const isUnchanged = changed.isEmpty && removed.isEmpty && last?.fields.equals(stripped) === true;
  return withManagers(next, [
    ...others.map((manager) => ({
      ...manager,
      fields: manager.fields.difference(changed.union(removed)),
    })),
    { ...who, time: isUnchanged ? last.time : now, fields: stripped },
  ]);
}

/** The first configuration of an object that does not exist yet. */
export function createConfiguration(configuration: KubeObject, writing: Writing): KubeObject {
  const { who, schema, now } = writing;
  const fields = appliedFields(configuration, schema).without(writing.ignores).without(identity);
  return withManagers(configuration, [{ ...who, time: now, fields }]);
}

/** A writer that says nothing of managers keeps them; entries without fields, as in [{}], reset the ownership. */
export function keepManagers(before: KubeObject, after: KubeObject): KubeObject {
  const { managedFields: given, ...metadata } = after.metadata;
  if (given !== undefined && given.length > 0)
    return readManagers(given).length > 0 ? after : { ...after, metadata };
  const { managedFields } = before.metadata;
  if (managedFields === undefined && given === undefined) return after;
  return {
    ...after,
    metadata: managedFields === undefined ? metadata : { ...metadata, managedFields },
  };
}

function difference(
  before: KubeObject | undefined,
  after: KubeObject,
  { schema, ignores }: Writing,
): { readonly changed: FieldSet; readonly removed: FieldSet } {
  const { changed, removed } = compare(before ?? {}, after, schema);
  const ours = (set: FieldSet) => set.without(identity).without(ignores);
  return { changed: withoutParts(ours(changed), schema), removed: ours(removed) };
}

/** metadata, spec and status come with the object: nobody owns them as such. */
function withoutParts(set: FieldSet, { fields }: StructSchema): FieldSet {
  return FieldSet.of(
    set.isMember,
    [...set.children].map(([step, child]) => {
      const isPart = fields.get(step.slice(2))?.schema.type === "struct";
      return [step, isPart ? FieldSet.of(false, child.children) : child] as const;
    }),
  );
}

function withManagers(object: KubeObject, managers: readonly Manager[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const entries = writeManagers(managers);
  return {
    ...object,
    metadata: { ...metadata, ...(entries.length === 0 ? {} : { managedFields: entries }) },
  };
}
