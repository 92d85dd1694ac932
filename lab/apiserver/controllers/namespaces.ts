import type { Logger } from "#observe/contract.ts";
import type { ResourceRow } from "../contract.ts";
import { collectionOf, type ResourceTable } from "../resources/table.ts";
import { prefixOf } from "../rest/keys.ts";
import type { Remover } from "../rest/remover.ts";
import type { Store } from "../store/store.ts";
import { QueueController } from "./queue-controller.ts";

/** Empties terminating namespaces and removes each once nothing, also nothing with finalizers, is left in it. */
export class NamespaceController extends QueueController {
  readonly #store: Store;
  readonly #table: ResourceTable;
  readonly #remover: Remover;
  readonly #terminating = new Set<string>();
  readonly #watched = new Set<string>();

  constructor(store: Store, table: ResourceTable, remover: Remover, logger: Logger | undefined) {
    super("namespace", logger);
    this.#store = store;
    this.#table = table;
    this.#remover = remover;
    store.collection("namespaces").observe(({ type, after }) => {
      if (type === "DELETED") this.#terminating.delete(after.key);
      else if (after.object.metadata.deletionTimestamp !== undefined) this.#begin(after.key);
    });
    table.follow((row) => this.#watchForRemovals(row));
  }

  #contents(): readonly ResourceRow[] {
    return this.#table.rows.filter(({ namespaced }) => namespaced);
  }

  #begin(namespace: string): void {
    this.#terminating.add(namespace);
    this.enqueue(namespace);
  }

  /** Versions of a custom resource, and definitions that come again, share a collection. */
  #watchForRemovals(row: ResourceRow): void {
    const collection = collectionOf(row);
    if (!row.namespaced || this.#watched.has(collection)) return;
    this.#watched.add(collection);
    this.#store.collection(collection).observe(({ type, after }) => {
      const { namespace = "" } = after.object.metadata;
      if (type === "DELETED" && this.#terminating.has(namespace)) this.enqueue(namespace);
    });
  }

  protected sync(namespace: string): void {
    if (!this.#terminating.has(namespace)) return;
    for (const row of this.#contents()) this.#remover.deleteCollection(row, namespace, {});
    const isEmpty = this.#contents().every(
      (row) =>
        this.#store.collection(collectionOf(row)).range(prefixOf(row, namespace)).length === 0,
    );
    const row = this.#table.byKind("v1", "Namespace");
    if (isEmpty && row !== undefined) this.#remover.finalize(row, "", namespace);
  }
}
