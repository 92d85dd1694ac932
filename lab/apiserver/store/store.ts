import type { KubeObject } from "../contract.ts";
import { Collection } from "./collection.ts";
import { StoreEvent } from "./history.ts";
import { StoredObject } from "./stored-object.ts";

export interface StoreOptions {
  /** Events kept for each collection. */
  readonly historyEvents: number;
  readonly initialRevision: number;
}

/**
 * Versioned objects in memory: one revision counts every write of every resource, as etcd's does. It knows keys and
 * revisions; what a write may contain is decided before it (rest/).
 */
export class Store {
  readonly #options: StoreOptions;
  readonly #collections = new Map<string, Collection>();
  #revision: number;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#revision = options.initialRevision;
  }

  /** The last write's revision. */
  get revision(): number {
    return this.#revision;
  }

  /** The collection of a resource, e.g. "services" or "endpointslices.discovery.k8s.io"; made at first use. */
  collection(resource: string): Collection {
    const known = this.#collections.get(resource);
    if (known !== undefined) return known;
    const made = new Collection(this.#options.historyEvents, this.#options.initialRevision);
    this.#collections.set(resource, made);
    return made;
  }

  /** Adds or replaces; the object gets the new revision as its resourceVersion and must not be altered afterwards. */
  put(collection: Collection, key: string, object: KubeObject): StoredObject {
    const before = collection.get(key);
    this.#revision += 1;
    const after = new StoredObject(key, this.#revision, object);
    collection.commit(new StoreEvent(before === undefined ? "ADDED" : "MODIFIED", before, after));
    return after;
  }

  /** Removes what is there; the answer is the last version at the deletion's revision. */
  remove(collection: Collection, before: StoredObject): StoredObject {
    this.#revision += 1;
    const after = before.at(this.#revision);
    collection.commit(new StoreEvent("DELETED", before, after));
    return after;
  }

  /** Forgets the past of every resource: older watches and pages are refused with 410 from now on. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.history.compact(this.#revision);
  }
}
