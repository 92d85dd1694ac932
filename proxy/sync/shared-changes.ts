import type { SetElement } from "../layout/contract.ts";
import type { ElementChanges } from "./element-changes.ts";
import { elementName } from "./element-key.ts";

/** Elements that several ports want: added with the first and removed with the last. */
export class SharedChanges {
  readonly #held: ReadonlyMap<string, number>;
  readonly #changes = new Map<string, { readonly entry: SetElement; delta: number }>();

  constructor(held: ReadonlyMap<string, number>) {
    this.#held = held;
  }

  acquire(entries: readonly SetElement[]): void {
    for (const entry of entries) this.#count(entry, 1);
  }

  release(entries: readonly SetElement[]): void {
    for (const entry of entries) this.#count(entry, -1);
  }

  /** The new counts of all that were touched; additions and removals go to `elements`. */
  settle(elements: ElementChanges): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [name, { entry, delta }] of this.#changes) {
      const before = this.#held.get(name) ?? 0;
      const after = before + delta;
      counts.set(name, after);
      if (before === 0 && after > 0) elements.add(entry);
      if (before > 0 && after === 0) elements.remove(entry);
    }
    return counts;
  }

  #count(entry: SetElement, delta: 1 | -1): void {
    const name = elementName(entry);
    const change = this.#changes.get(name);
    if (change === undefined) this.#changes.set(name, { entry, delta });
    else change.delta += delta;
  }
}
