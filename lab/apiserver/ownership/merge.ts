import type { ListSchema, Schema } from "../schema/contract.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";
import { childrenOf, stepTo } from "./children.ts";
import type { FieldSet } from "./field-set.ts";

/** Lays an applied configuration over the present value: what it names is its, the rest stays. */
export function mergeApplied(present: unknown, applied: unknown, schema: Schema): unknown {
  if (applied === undefined) return present;
  const old = childrenOf(present, schema);
  const fresh = childrenOf(applied, schema);
  if (old === undefined || fresh === undefined) return applied;
  if (schema.type === "list")
    return mergeLists(present as readonly unknown[], applied as readonly unknown[], schema);
  const merged: Record<string, unknown> = { ...(present as JsonRecord) };
  for (const [step, child] of fresh) {
    const name = step.slice(2);
    merged[name] = mergeApplied(merged[name], child.value, child.schema);
  }
  return merged;
}

/**
 * Applied items in their order. Both lists are walked side by side, and an item of others is taken as soon as the walk
 * comes to it.
 */
function mergeLists(
  present: readonly unknown[],
  applied: readonly unknown[],
  schema: ListSchema,
): readonly unknown[] {
  const old = new Map(present.map((item) => [stepTo(item, schema), item] as const));
  const named = new Set(applied.map((item) => stepTo(item, schema)));
  const waiting = [...old];
  const done = new Set<string>();
  const merged: unknown[] = [];
  const takeOthers = () => {
    while (waiting.length > 0) {
      const [step, item] = waiting[0];
      if (named.has(step) && !done.has(step)) return;
      if (!named.has(step)) merged.push(item);
      waiting.shift();
    }
  };
  for (const item of applied) {
    takeOthers();
    const step = stepTo(item, schema);
    merged.push(mergeApplied(old.get(step), item, schema.items));
    done.add(step);
  }
  takeOthers();
  return merged;
}

/**
 * Takes out what an applier has given up: fields of its last configuration that no manager, itself included, owns now.
 * A container goes with all that is in it unless someone owns a part.
 */
export function pruneReleased(
  value: unknown,
  schema: Schema,
  last: FieldSet,
  owned: FieldSet,
): unknown {
  const children = childrenOf(value, schema);
  if (children === undefined) return value;
  const kept = [...children].flatMap(([step, child]) => {
    const was = last.child(step);
    if (was.isEmpty) return [[step, child.value] as const];
    const is = owned.child(step);
    if (is.isEmpty) return [];
    return [[step, pruneReleased(child.value, child.schema, was, is)] as const];
  });
  if (!isRecord(value)) return kept.map(([, item]) => item);
  return Object.fromEntries(kept.map(([step, member]) => [step.slice(2), member]));
}
