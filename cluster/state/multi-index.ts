/** Objects by keys that several of them may share; an object's keys are distinct. Cost of a change: the length of the buckets it touches. */
export class MultiIndex<T> {
  readonly #keysOf: (object: T) => readonly string[];
  readonly #buckets = new Map<string, T[]>();

  constructor(keysOf: (object: T) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  /** The live bucket: valid until the next change. */
  get(key: string): readonly T[] {
    return this.#buckets.get(key) ?? empty;
  }

  add(object: T): void {
    for (const key of this.#keysOf(object)) {
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, [object]);
      else bucket.push(object);
    }
  }

  remove(object: T): void {
    for (const key of this.#keysOf(object)) {
      const bucket = this.#buckets.get(key);
      const at = bucket?.indexOf(object) ?? -1;
      if (bucket === undefined || at < 0) continue;
      const last = bucket.pop();
      if (last !== undefined && at < bucket.length) bucket[at] = last;
      if (bucket.length === 0) this.#buckets.delete(key);
    }
  }
}

const empty: readonly never[] = [];
