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

/** Applied items in their order; each is preceded by the items of others that preceded it before. */
function mergeLists(
  present: readonly unknown[],
  applied: readonly unknown[],
  schema: ListSchema,
): readonly unknown[] {
  const waiting = new Map(present.map((item) => [stepTo(item, schema), item] as const));
  const named = new Set(applied.map((item) => stepTo(item, schema)));
  const merged: unknown[] = [];
  for (const item of applied) {
    const step = stepTo(item, schema);
    const old = waiting.get(step);
    if (old !== undefined) {
      for (const [other, value] of waiting) {
        if (other === step) break;
        if (named.has(other)) continue;
        merged.push(value);
        waiting.delete(other);
      }
      waiting.delete(step);
    }
    merged.push(mergeApplied(old, item, schema.items));
  }
  return [...merged, ...[...waiting].filter(([step]) => !named.has(step)).map(([, item]) => item)];
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
