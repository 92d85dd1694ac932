import type { ResourceRow } from "../contract.ts";
import { apiVersionOf, collectionOf } from "../resources/table.ts";
import { expired, notFound, revisionTooLarge } from "../status.ts";
import type { Store } from "../store/store.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { Watch } from "../store/watch.ts";
import { encodeContinue } from "./continue-token.ts";
import { keyOf, prefixOf } from "./keys.ts";
import {
  type ListQuery,
  type ListStart,
  listStart,
  parseRevision,
  parseSelection,
  watchStartsWithState,
} from "./list-query.ts";

/** One page of a list. */
export interface ListPage {
  /** The state that the whole list, over all its pages, shows. */
  readonly revision: number;
  readonly items: readonly StoredObject[];
  readonly continue?: string;
  /** How many are behind this page; unknown when selectors are in use. */
  readonly remainingItemCount?: number;
}

/** Get, list and watch: the same for every resource. */
export class Reader {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The last write's revision. */
  get revision(): number {
    return this.#store.revision;
  }

  /** @throws StatusError 404 */
  get(row: ResourceRow, namespace: string, name: string): StoredObject {
    const found = this.#store.collection(collectionOf(row)).get(keyOf(row, namespace, name));
    if (found === undefined) throw notFound(row, name);
    return found.as(apiVersionOf(row));
  }

  /** @throws StatusError 400 and 422 for bad parameters, 410 when the state asked for is compacted, 504 when it is yet to come. */
  list(row: ResourceRow, namespace: string, query: ListQuery): ListPage {
    const selection = parseSelection(query, row);
    const start = listStart(query, this.revision);
    const found = this.#objectsAt(row, namespace, start);
    const matching = selection.isEverything
      ? found
      : found.filter(({ object }) => selection.matches(object));
    const limit = query.limit ?? 0;
    const { revision } = start;
    if (limit <= 0 || matching.length <= limit) return { revision, items: matching };
    return {
      revision,
      items: matching.slice(0, limit),
      continue: encodeContinue({ revision, afterKey: matching[limit - 1].key }),
      ...(selection.isEverything ? { remainingItemCount: matching.length - limit } : {}),
    };
  }

  /**
   * A watch that reads "compacted" at once began before the history.
   * @throws StatusError as list does, but for 410.
   */
  watch(row: ResourceRow, namespace: string, query: ListQuery): Watch {
    const { matches } = parseSelection(query, row);
    const startsWithState = watchStartsWithState(query);
    const wanted = parseRevision(query.resourceVersion || "0");
    if (wanted > this.revision) throw revisionTooLarge(wanted, this.revision);
    const collection = this.#store.collection(collectionOf(row));
    const prefix = prefixOf(row, namespace);
    if (!startsWithState) {
      // Without a revision and with sendInitialEvents=false the watch begins now.
      const revision = wanted === 0 ? this.revision : wanted;
      return new Watch(collection, { prefix, matches }, { from: "revision", revision });
    }
    const objects = collection.range(prefix).filter(({ object }) => matches(object));
    return new Watch(collection, { prefix, matches }, { from: "state", objects });
  }

  #objectsAt(
    row: ResourceRow,
    namespace: string,
    { revision, afterKey }: ListStart,
  ): StoredObject[] {
    const collection = this.#store.collection(collectionOf(row));
    const prefix = prefixOf(row, namespace);
    if (revision === this.revision) return collection.range(prefix, afterKey);
    // A continue token of another epoch may name a revision that is yet to come: as unusable as one long gone.
    const found =
      revision > this.revision ? "compacted" : collection.rangeAt(revision, prefix, afterKey);
    if (found !== "compacted") return found;
    throw expired(
      afterKey === ""
        ? `The resourceVersion for the provided list is too old: ${revision}`
        : "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
    );
  }
}
