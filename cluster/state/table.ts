import type { Collection, SlimObject } from "../contract.ts";

/** Objects by namespace and name. Nested maps share the objects' own strings, so that an entry costs no joined key. */
export class ObjectTable<T extends SlimObject> implements Collection<T> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  *values(): IterableIterator<T> {
    for (const objects of this.#namespaces.values()) yield* objects.values();
  }

  set(object: T): void {
    let objects = this.#namespaces.get(object.namespace);
    if (objects === undefined) {
      objects = new Map();
      this.#namespaces.set(object.namespace, objects);
    }
    const sizeBefore = objects.size;
    objects.set(object.name, object);
    this.#size += objects.size - sizeBefore;
  }

  delete(namespace: string, name: string): void {
    const objects = this.#namespaces.get(namespace);
    if (!objects?.delete(name)) return;
    this.#size--;
    if (objects.size === 0) this.#namespaces.delete(namespace);
  }
}
