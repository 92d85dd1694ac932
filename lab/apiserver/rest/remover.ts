import type { Deletion, ResourceRow, Sources } from "../contract.ts";
import { type Strategies, strategyOf } from "../kinds/strategy.ts";
import { collectionOf } from "../resources/table.ts";
import type { Store } from "../store/store.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { checkPreconditions } from "./checks.ts";
import { terminated } from "./deletion.ts";
import { keyOf } from "./keys.ts";
import type { ListQuery } from "./list-query.ts";
import type { ListPage, Reader } from "./reader.ts";

/** Delete, the same for every resource. */
export class Remover {
  readonly #store: Store;
  readonly #reader: Reader;
  readonly #strategies: Strategies;
  readonly #now: Sources["now"];
  readonly #collectsGarbage: boolean;

  /** Without a garbage collector nobody would take its finalizers off again: propagation has no effect. */
  constructor(
    store: Store,
    reader: Reader,
    strategies: Strategies,
    now: Sources["now"],
    collectsGarbage: boolean,
  ) {
    this.#store = store;
    this.#reader = reader;
    this.#strategies = strategies;
    this.#now = now;
    this.#collectsGarbage = collectsGarbage;
  }

  /**
   * Removes, or marks as terminating what has finalizers, a controller or a kubelet to wait for. The answer is what is
   * left, or was last seen.
   * @throws StatusError 404, 409
   */
  delete(row: ResourceRow, namespace: string, name: string, deletion: Deletion = {}): StoredObject {
    const present = this.#reader.get(row, namespace, name);
    checkPreconditions(row, present.object, deletion.preconditions ?? {});
    if (deletion.dryRun === true) return present;
    const collection = this.#store.collection(collectionOf(row));
    const { propagation, ...rest } = deletion;
    const wanted = this.#collectsGarbage ? deletion : rest;
    const strategy = strategyOf(this.#strategies, row);
    const left = terminated(present.object, wanted, strategy, this.#now());
    if (left === "gone") return this.#store.remove(collection, present);
    return left === present.object ? present : this.#store.put(collection, present.key, left);
  }

  /** Deletes what a list with the same query shows, and says what that was. */
  deleteCollection(
    row: ResourceRow,
    namespace: string,
    query: ListQuery,
    deletion: Deletion = {},
  ): ListPage {
    const page = this.#reader.list(row, namespace, query);
    for (const { object } of page.items)
      this.delete(row, object.metadata.namespace ?? "", object.metadata.name, deletion);
    return page;
  }

  /** Removes an object that waited for its controller, which calls this when nothing is left to wait for. */
  finalize(row: ResourceRow, namespace: string, name: string): void {
    const collection = this.#store.collection(collectionOf(row));
    const present = collection.get(keyOf(row, namespace, name));
    if (present !== undefined) this.#store.remove(collection, present);
  }
}
