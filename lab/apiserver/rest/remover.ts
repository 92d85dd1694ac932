import type { ResourceRow, Sources } from "../contract.ts";
import { type Strategies, strategyOf } from "../kinds/strategy.ts";
import { collectionOf } from "../resources/table.ts";
import type { Store } from "../store/store.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { checkPreconditions, type Preconditions } from "./checks.ts";
import { keyOf } from "./keys.ts";
import type { ListQuery } from "./list-query.ts";
import { timestamp } from "./metadata.ts";
import type { ListPage, Reader } from "./reader.ts";
import type { WriteOptions } from "./write-options.ts";

/** Delete, the same for every resource. */
export class Remover {
  readonly #store: Store;
  readonly #reader: Reader;
  readonly #strategies: Strategies;
  readonly #now: Sources["now"];

  constructor(store: Store, reader: Reader, strategies: Strategies, now: Sources["now"]) {
    this.#store = store;
    this.#reader = reader;
    this.#strategies = strategies;
    this.#now = now;
  }

  /**
   * Removes, or marks as terminating what has finalizers. The answer is what is left, or was last seen.
   * @throws StatusError 404, 409
   */
  delete(
    row: ResourceRow,
    namespace: string,
    name: string,
    preconditions: Preconditions = {},
    options: Pick<WriteOptions, "dryRun"> = {},
  ): StoredObject {
    const present = this.#reader.get(row, namespace, name);
    checkPreconditions(row, present.object, preconditions);
    if (options.dryRun === true) return present;
    const { metadata } = present.object;
    const collection = this.#store.collection(collectionOf(row));
    const { terminate } = strategyOf(this.#strategies, row);
    const waits = (metadata.finalizers?.length ?? 0) > 0 || terminate !== undefined;
    if (!waits) return this.#store.remove(collection, present);
    if (metadata.deletionTimestamp !== undefined) return present;
    const deletionTimestamp = timestamp(this.#now());
    const marked = {
      ...present.object,
      metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 },
    };
    return this.#store.put(collection, present.key, terminate?.(marked) ?? marked);
  }

  /** Deletes what a list with the same query shows, and says what that was. */
  deleteCollection(
    row: ResourceRow,
    namespace: string,
    query: ListQuery,
    options: Pick<WriteOptions, "dryRun"> = {},
  ): ListPage {
    const page = this.#reader.list(row, namespace, query);
    for (const { object } of page.items) {
      this.delete(row, object.metadata.namespace ?? "", object.metadata.name, {}, options);
    }
    return page;
  }

  /** Removes an object that waited for its controller, which calls this when nothing is left to wait for. */
  finalize(row: ResourceRow, namespace: string, name: string): void {
    const collection = this.#store.collection(collectionOf(row));
    const present = collection.get(keyOf(row, namespace, name));
    if (present !== undefined) this.#store.remove(collection, present);
  }
}
