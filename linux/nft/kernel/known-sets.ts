import type { NamedSet, Operation, TableId } from "../contract.ts";

/** The sets of each table as far as they are known: elements cannot be encoded without their set's definition. */
export class KnownSets {
  readonly #tables = new Map<string, Map<string, NamedSet>>();

  get(table: TableId, set: string): NamedSet | undefined {
    return this.#tables.get(keyOf(table))?.get(set);
  }

  /** What was read of the table takes the place of what was known. */
  replace(table: TableId, sets: readonly NamedSet[]): void {
    this.#tables.set(keyOf(table), new Map(sets.map((set) => [set.name, set])));
  }

  /** Nothing is known of the table any more. */
  forget(table: TableId): void {
    this.#tables.delete(keyOf(table));
  }

  /** Follows operations that the kernel has taken. */
  follow(table: TableId, operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (operation.kind === "deleteTable") this.forget(table);
      else if (operation.kind === "addSet")
        this.#setsOf(table).set(operation.set.name, operation.set);
      else if (operation.kind === "deleteSet") this.#setsOf(table).delete(operation.set);
    }
  }

  #setsOf(table: TableId): Map<string, NamedSet> {
    const key = keyOf(table);
    const sets = this.#tables.get(key) ?? new Map<string, NamedSet>();
    this.#tables.set(key, sets);
    return sets;
  }
}

function keyOf({ family, name }: TableId): string {
  return `${family} ${name}`;
}
