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
 * too much last. Each step is a list of changes that can do without one another. `content` is used up.
 */
export function* repairs(
  model: TableModel,
  content: ReadonlyMap<string, Map<string, ReadElement>>,
): IterableIterator<readonly ElementChanges[]> {
  let step: ElementChanges[] = [];
  let size = 0;
  for (const group of model.elements()) {
    const changes = new ElementChanges();
    for (const entry of group) repair(entry, content.get(entry.set), changes);
    if (sizeOf(changes) === 0) continue;
    step.push(changes);
    size += sizeOf(changes);
    if (size < CHUNK_ELEMENTS) continue;
    yield step;
    step = [];
    size = 0;
  }
  const rest = new ElementChanges();
  for (const [set, left] of content)
    for (const element of left.values()) rest.remove({ set, element });
  if (sizeOf(rest) > 0) step.push(rest);
  if (step.length > 0) yield step;
}

function sizeOf({ addedCount, removedCount }: ElementChanges): number {
  return addedCount + removedCount;
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
