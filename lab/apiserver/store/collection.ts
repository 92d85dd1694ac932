import { History, type StoreEvent } from "./history.ts";
import { lowerBound, merge, SortedKeys } from "./sorted-keys.ts";
import type { StoredObject } from "./stored-object.ts";

/** All objects of one resource by key, with their recent past. Written by Store alone. */
export class Collection {
  /** Of the resource, as Store.collection() knows it. */
  readonly name: string;
  readonly history: History;
  readonly #objects = new Map<string, StoredObject>();
  readonly #keys = new SortedKeys();
  readonly #readers = new Set<() => void>();
  readonly #observers: ((event: StoreEvent) => void)[] = [];
  #wakeScheduled = false;

  constructor(name: string, historyEvents: number, revision: number) {
    this.name = name;
    this.history = new History(historyEvents, revision);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Objects whose key starts with the prefix and is above `afterKey`, in key order. */
  range(prefix = "", afterKey = ""): StoredObject[] {
    return this.#pick(this.#keys.view(), prefix, afterKey, (key) => this.#objects.get(key));
  }

  /** The same as it was at a past revision, or "compacted" when that is no longer known. */
  rangeAt(revision: number, prefix = "", afterKey = ""): StoredObject[] | "compacted" {
    const undone = this.#undoTo(revision);
    if (undone === "compacted") return "compacted";
    const gone = [...undone.keys()].filter((key) => !this.#objects.has(key)).sort();
    const present = this.#keys.view();
    const keys = gone.length === 0 ? present : merge(present, gone);
    return this.#pick(keys, prefix, afterKey, (key) =>
      undone.has(key) ? undone.get(key) : this.#objects.get(key),
    );
  }

  /** Makes the event visible: first to observers, at once, then to readers, in a microtask. */
  commit(event: StoreEvent): void {
    const key = event.after.key;
    if (event.type === "DELETED") {
      this.#objects.delete(key);
      this.#keys.remove(key);
    } else {
      this.#objects.set(key, event.after);
      if (event.type === "ADDED") this.#keys.add(key);
    }
    this.history.append(event);
    for (const observe of this.#observers) observe(event);
    this.#wakeReaders();
  }

  /** Calls inside the commit, before anyone else can read: for indexes that must never lag. */
  observe(observer: (event: StoreEvent) => void): void {
    this.#observers.push(observer);
  }

  /** Calls after each batch of commits that happened in one turn. Returns the way to stop. */
  onReadable(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  #wakeReaders(): void {
    if (this.#wakeScheduled || this.#readers.size === 0) return;
    this.#wakeScheduled = true;
    queueMicrotask(() => {
      this.#wakeScheduled = false;
      for (const reader of [...this.#readers]) reader();
    });
  }

  /** What every key changed since the revision was at it; undefined for what did not exist. */
  #undoTo(revision: number): Map<string, StoredObject | undefined> | "compacted" {
    const from = this.history.numberAfter(revision);
    if (from === "compacted") return "compacted";
    const undone = new Map<string, StoredObject | undefined>();
    for (let number = from; number < this.history.next; number += 1) {
      const event = this.history.at(number);
      if (event === undefined || event === "compacted") break;
      if (!undone.has(event.after.key)) undone.set(event.after.key, event.before);
    }
    return undone;
  }

  #pick(
    keys: readonly string[],
    prefix: string,
    afterKey: string,
    look: (key: string) => StoredObject | undefined,
  ): StoredObject[] {
    const picked: StoredObject[] = [];
    for (
      let at = lowerBound(keys, afterKey > prefix ? afterKey : prefix);
      at < keys.length;
      at += 1
    ) {
      const key = keys[at];
      if (!key.startsWith(prefix)) break;
      if (key === afterKey) continue;
      const object = look(key);
      if (object !== undefined) picked.push(object);
    }
    return picked;
  }
}
