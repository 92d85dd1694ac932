import type { Nftables, ReadElement } from "#linux/nft/contract.ts";
import type { SetElement } from "../layout/contract.ts";
import { ElementChanges } from "./element-changes.ts";
import { dataText, keyText } from "./element-key.ts";
import type { TableModel } from "./table-model.ts";

/** Elements in one transaction of a repair; one port's are never split. */
const CHUNK_ELEMENTS = 10_000;

/** What the named sets hold in the kernel, by key. */
export async function readSets(
  nft: Nftables,
  model: TableModel,
  sets: readonly string[],
): Promise<ReadonlyMap<string, Map<string, ReadElement>>> {
  const content = new Map<string, Map<string, ReadElement>>();
  for (const set of sets) {
    const elements = await nft.elements(model.table, set);
    content.set(set, new Map(elements.map((element) => [keyText(element), element])));
  }
  return content;
}

/**
 * The changes that make the sets hold what the model says, in bounded steps: what is missing or wrong first, what is
 * too much last. `content` is used up.
 */
export function* repairs(
  model: TableModel,
  content: ReadonlyMap<string, Map<string, ReadElement>>,
): IterableIterator<ElementChanges> {
  let changes = new ElementChanges();
  for (const group of model.elements()) {
    for (const entry of group) repair(entry, content.get(entry.set), changes);
    if (changes.addedCount + changes.removedCount < CHUNK_ELEMENTS) continue;
    yield changes;
    changes = new ElementChanges();
  }
  for (const [set, left] of content)
    for (const element of left.values()) changes.remove({ set, element });
  if (changes.addedCount + changes.removedCount > 0) yield changes;
}

function repair(
  entry: SetElement,
  held: Map<string, ReadElement> | undefined,
  changes: ElementChanges,
): void {
  if (held === undefined) return;
  const key = keyText(entry.element);
  const found = held.get(key);
  held.delete(key);
  if (found !== undefined && dataText(found) === dataText(entry.element)) return;
  if (found !== undefined) changes.remove({ set: entry.set, element: found });
  changes.add(entry);
}
