import type { Changes, SlimObject, Update } from "../contract.ts";
import { ObjectTable } from "./table.ts";

/** What must follow the objects of a kind, equivalent versions included. */
export interface Follower<T> {
  add(object: T): void;
  remove(object: T): void;
}

export interface KindStoreOptions<T> {
  readonly equivalent: (a: T, b: T) => boolean;
  readonly index?: Follower<T>;
}

interface Delete {
  readonly type: "delete";
  readonly namespace: string;
  readonly name: string;
}

export type StoreEvent<T> = { readonly type: "upsert"; readonly object: T } | Delete;

/** The objects of one kind with its index; says of each batch what it changed. */
export class KindStore<T extends SlimObject> {
  readonly table = new ObjectTable<T>();
  readonly #equivalent: (a: T, b: T) => boolean;
  readonly #index: Follower<T> | undefined;

  constructor(options: KindStoreOptions<T>) {
    this.#equivalent = options.equivalent;
    this.#index = options.index;
  }

  /** The net difference of the batch, or undefined when it makes none. */
  apply(events: readonly StoreEvent<T>[]): Changes<T> | undefined {
    const touched = new Map<string, Touched<T>>();
    for (const event of events) {
      const { namespace, name } = event.type === "upsert" ? event.object : event;
      const before = this.table.get(namespace, name);
      const key = `${namespace}/${name}`;
      if (!touched.has(key)) touched.set(key, { namespace, name, before });
      this.#put(namespace, name, before, event.type === "upsert" ? event.object : undefined);
    }
    return this.#difference(touched.values());
  }

  /** Makes the content exactly `objects`; of several with one key the last counts. */
  replace(objects: Iterable<T>): Changes<T> | undefined {
    const next = new ObjectTable<T>();
    for (const object of objects) next.set(object);
    const touched: Touched<T>[] = [];
    for (const before of this.table.values()) {
      const { namespace, name } = before;
      if (next.get(namespace, name) !== undefined) continue;
      touched.push({ namespace, name, before });
      this.#put(namespace, name, before, undefined);
    }
    for (const object of next.values()) {
      const { namespace, name } = object;
      const before = this.table.get(namespace, name);
      if (before === object) continue;
      touched.push({ namespace, name, before });
      this.#put(namespace, name, before, object);
    }
    return this.#difference(touched);
  }

  #put(namespace: string, name: string, before: T | undefined, after: T | undefined): void {
    if (before !== undefined) this.#index?.remove(before);
    if (after === undefined) {
      this.table.delete(namespace, name);
      return;
    }
    this.table.set(after);
    this.#index?.add(after);
  }

  #difference(touched: Iterable<Touched<T>>): Changes<T> | undefined {
    const added: T[] = [];
    const updated: Update<T>[] = [];
    const removed: T[] = [];
    for (const { namespace, name, before } of touched) {
      const after = this.table.get(namespace, name);
      if (before === undefined) {
        if (after !== undefined) added.push(after);
      } else if (after === undefined) removed.push(before);
      else if (!this.#equivalent(before, after)) updated.push({ before, after });
    }
    const count = added.length + updated.length + removed.length;
    return count === 0 ? undefined : { added, updated, removed };
  }
}

interface Touched<T> {
  readonly namespace: string;
  readonly name: string;
  readonly before: T | undefined;
}
