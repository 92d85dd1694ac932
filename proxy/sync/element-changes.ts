import type { Element, Operation } from "#linux/nft/contract.ts";
import type { SetElement } from "../layout/contract.ts";
import { dataText, elementName } from "./element-key.ts";

/**
 * The net difference of many removals and additions, whatever their order: what one takes away and another brings as
 * it was is no change.
 */
export class ElementChanges {
  readonly #removed = new Map<string, SetElement>();
  readonly #added = new Map<string, SetElement>();

  get removed(): Iterable<SetElement> {
    return this.#removed.values();
  }

  get added(): Iterable<SetElement> {
    return this.#added.values();
  }

  get removedCount(): number {
    return this.#removed.size;
  }

  get addedCount(): number {
    return this.#added.size;
  }

  static merged(parts: Iterable<ElementChanges>): ElementChanges {
    const whole = new ElementChanges();
    for (const { removed, added } of parts) {
      for (const entry of removed) whole.remove(entry);
      for (const entry of added) whole.add(entry);
    }
    return whole;
  }

  add(entry: SetElement): void {
    const name = elementName(entry);
    if (same(this.#removed.get(name), entry)) this.#removed.delete(name);
    else this.#added.set(name, entry);
  }

  remove(entry: SetElement): void {
    const name = elementName(entry);
    if (same(this.#added.get(name), entry)) this.#added.delete(name);
    else this.#removed.set(name, entry);
  }

  /** All removals before all additions, so that a key can take another value within one transaction. */
  operations(): Operation[] {
    return [
      ...bySet("deleteElements", this.#removed.values()),
      ...bySet("addElements", this.#added.values()),
    ];
  }
}

function same(held: SetElement | undefined, entry: SetElement): boolean {
  return held !== undefined && dataText(held.element) === dataText(entry.element);
}

function bySet(
  kind: "addElements" | "deleteElements",
  entries: Iterable<SetElement>,
): readonly Operation[] {
  const sets = new Map<string, Element[]>();
  for (const { set, element } of entries) {
    const elements = sets.get(set);
    if (elements === undefined) sets.set(set, [element]);
    else elements.push(element);
  }
  return [...sets].map(([set, elements]) => ({ kind, set, elements }));
}
