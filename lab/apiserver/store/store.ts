import type { KubeObject } from "../contract.ts";
import { Collection } from "./collection.ts";
import { StoreEvent } from "./history.ts";
import type { Journal, Snapshot } from "./journal.ts";
import type { JournalContent, JournalEntry } from "./journal-format.ts";
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
  readonly #historyEvents: number;
  readonly #collections = new Map<string, Collection>();
  #revision: number;
  /** The past of every resource is known from here on. */
  #knownFrom: number;
  #journal: Journal | undefined;

  constructor({ historyEvents, initialRevision }: StoreOptions) {
    this.#historyEvents = historyEvents;
    this.#revision = initialRevision;
    this.#knownFrom = initialRevision;
  }

  /** The last write's revision. */
  get revision(): number {
    return this.#revision;
  }

  /** The collection of a resource, e.g. "services" or "endpointslices.discovery.k8s.io"; made at first use. */
  collection(resource: string): Collection {
    const known = this.#collections.get(resource);
    if (known !== undefined) return known;
    const made = new Collection(resource, this.#historyEvents, this.#knownFrom);
    this.#collections.set(resource, made);
    return made;
  }

  /**
   * Takes over what a journal holds, with its revisions and the past that it knows, and writes to it from now on. Those
   * who observe collections see every write of it.
   */
  restore(journal: Journal, { revision, state, writes }: JournalContent): void {
    for (const entry of state) this.#replay(entry);
    this.#revision = revision;
    this.compact();
    for (const entry of writes) {
      this.#revision = entry.revision;
      this.#replay(entry);
    }
    this.#journal = journal;
  }

  /** Adds or replaces; the object gets the new revision as its resourceVersion and must not be altered afterwards. */
  put(collection: Collection, key: string, object: KubeObject): StoredObject {
    const after = new StoredObject(key, this.#revision + 1, object);
    this.#write(collection, after, after);
    return this.#commit(collection, after);
  }

  /** Removes what is there; the answer is the last version at the deletion's revision. */
  remove(collection: Collection, before: StoredObject): StoredObject {
    const after = before.at(this.#revision + 1);
    this.#write(collection, after, undefined);
    this.#revision = after.revision;
    collection.commit(new StoreEvent("DELETED", before, after));
    return after;
  }

  /** Forgets the past of every resource: older watches and pages are refused with 410 from now on. */
  compact(): void {
    this.#knownFrom = this.#revision;
    for (const collection of this.#collections.values()) collection.history.compact(this.#revision);
  }

  #commit(collection: Collection, after: StoredObject): StoredObject {
    const before = collection.get(after.key);
    this.#revision = after.revision;
    collection.commit(new StoreEvent(before === undefined ? "ADDED" : "MODIFIED", before, after));
    return after;
  }

  #replay({ collection: name, key, revision, object }: JournalEntry): void {
    const collection = this.collection(name);
    const before = collection.get(key);
    if (object !== undefined) this.#commit(collection, new StoredObject(key, revision, object));
    else if (before !== undefined)
      collection.commit(new StoreEvent("DELETED", before, before.at(revision)));
  }

  /** Before anything of the write is to be seen: what the journal refuses has not happened. */
  #write(
    { name }: Collection,
    { key, revision }: StoredObject,
    kept: StoredObject | undefined,
  ): void {
    if (this.#journal === undefined) return;
    if (this.#journal.isLong) this.#journal.compact(this.#snapshot());
    this.#journal.append({ collection: name, key, revision }, kept?.text);
  }

  #snapshot(): Snapshot {
    const all = [...this.#collections.values()].flatMap((collection) =>
      collection.range().map((stored) => ({ stored, collection: collection.name })),
    );
    all.sort((left, right) => left.stored.revision - right.stored.revision);
    const entries = all.map(({ stored: { key, revision, text }, collection }) => {
      return [{ collection, key, revision }, text] as const;
    });
    return { revision: this.#revision, entries };
  }
}
