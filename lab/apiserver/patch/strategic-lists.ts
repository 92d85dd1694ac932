/** How strategic merge patches merge lists: items by key, scalars as a set, in the order that the patch asks for. */
import { isDeepStrictEqual } from "node:util";
import { isRecord, type JsonRecord } from "../schema/json.ts";
import { PatchProblem } from "./json-patch.ts";

type Merge = (present: unknown, patch: unknown) => unknown;

/**
 * Merges items that a key tells apart. An item with $patch: delete goes, and one with $patch: replace says that the
 * patch's other items are all there is.
 * @throws PatchProblem for an item without the key
 */
export function mergeItems(
  present: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  order: readonly unknown[] | undefined,
  merge: Merge,
): readonly unknown[] {
  const items = patch.map(recordOf);
  const replacesAll = items.some((item) => item.$patch === "replace" && item[key] === undefined);
  const changes = items.filter((item) => !(replacesAll && item[key] === undefined));
  for (const item of changes)
    if (item[key] === undefined)
      throw new PatchProblem(`an item of the list lacks its merge key ${key}`);
  const merged = new Map<unknown, unknown>();
  if (!replacesAll) for (const item of present) merged.set(keyOf(item, key), item);
  for (const { $patch, ...item } of changes) {
    if ($patch === "delete") merged.delete(item[key]);
    else if ($patch === "replace") merged.set(item[key], item);
    else merged.set(item[key], merge(merged.get(item[key]), item));
  }
  const keysInOrder = order?.map((item) => keyOf(item, key));
  return inOrder([...merged.keys()], keysInOrder).map((name) => merged.get(name));
}

/** Merges scalars as a set. */
export function mergeScalars(
  present: readonly unknown[],
  added: readonly unknown[],
  removed: readonly unknown[],
  order: readonly unknown[] | undefined,
): readonly unknown[] {
  const kept = present.filter((item) => !removed.includes(item));
  return inOrder([...new Set([...kept, ...added])], order);
}

/** The named ones in the order asked for; the others stay behind those that they came after. */
function inOrder(
  present: readonly unknown[],
  order: readonly unknown[] | undefined,
): readonly unknown[] {
  if (order === undefined || isDeepStrictEqual(order, present)) return present;
  const named = new Set(order);
  const ordered = order.filter((item) => present.includes(item));
  const sorted: unknown[] = [];
  let waiting = [...present];
  for (const item of ordered) {
    const at = waiting.indexOf(item);
    const before = at < 0 ? [] : waiting.slice(0, at).filter((other) => !named.has(other));
    sorted.push(...before, item);
    waiting = waiting.filter((other) => other !== item && !before.includes(other));
  }
  return [...sorted, ...waiting];
}

function recordOf(item: unknown): JsonRecord {
  if (!isRecord(item)) throw new PatchProblem("an item of a list that is merged is no object");
  return item;
}

function keyOf(item: unknown, key: string): unknown {
  return isRecord(item) ? item[key] : undefined;
}
