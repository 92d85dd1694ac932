import { isDeepStrictEqual } from "node:util";
import type { Schema } from "../schema/contract.ts";
import { childrenOf } from "./children.ts";
import { FieldSet } from "./field-set.ts";

/** How one value differs from another. */
export interface Difference {
  /** Fields that are new or have another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const none: Difference = { changed: FieldSet.empty, removed: FieldSet.empty };

export function compare(before: unknown, after: unknown, schema: Schema): Difference {
  if (before === undefined && after === undefined) return none;
  if (before === undefined) return { changed: everyField(after, schema), removed: FieldSet.empty };
  if (after === undefined) return { changed: FieldSet.empty, removed: everyField(before, schema) };
  const old = childrenOf(before, schema);
  const fresh = childrenOf(after, schema);
  if (old === undefined || fresh === undefined) {
    return isDeepStrictEqual(before, after) ? none : { ...none, changed: FieldSet.leaf };
  }
  const steps = [...new Set([...old.keys(), ...fresh.keys()])];
  const differences = steps.map((step) => {
    const one = old.get(step);
    const two = fresh.get(step);
    const inner = (two ?? one)?.schema ?? schema;
    return [step, compare(one?.value, two?.value, inner)] as const;
  });
  return {
    changed: FieldSet.of(
      false,
      differences.map(([step, { changed }]) => [step, changed] as const),
    ),
    removed: FieldSet.of(
      false,
      differences.map(([step, { removed }]) => [step, removed] as const),
    ),
  };
}

/** A value with all that is in it, containers as well. */
function everyField(value: unknown, schema: Schema): FieldSet {
  const children = childrenOf(value, schema);
  if (children === undefined) return FieldSet.leaf;
  return FieldSet.of(
    true,
    [...children].map(([step, child]) => [step, everyField(child.value, child.schema)] as const),
  );
}

/** The fields that an applied configuration speaks about: values, list items, and containers that are empty. */
export function appliedFields(value: unknown, schema: Schema): FieldSet {
  const children = childrenOf(value, schema);
  if (children === undefined || children.size === 0) return FieldSet.leaf;
  const isList = schema.type === "list";
  return FieldSet.of(
    false,
    [...children].map(([step, child]) => {
      const inner = appliedFields(child.value, child.schema);
      return [step, isList ? FieldSet.of(true, inner.children) : inner] as const;
    }),
  );
}
