/** Keys in byte order. Writes are O(1); the order is mended at the next read by one merge, not by sorting all. */
export class SortedKeys {
  #sorted: string[] = [];
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();

  /** The key must not be present. */
  add(key: string): void {
    if (!this.#removed.delete(key)) this.#added.add(key);
  }

  /** The key must be present. */
  remove(key: string): void {
    if (!this.#added.delete(key)) this.#removed.add(key);
  }

  /** All keys in order. Valid until the next write. */
  view(): readonly string[] {
    if (this.#removed.size > 0) {
      this.#sorted = this.#sorted.filter((key) => !this.#removed.has(key));
      this.#removed.clear();
    }
    if (this.#added.size > 0) {
      this.#sorted = merge(this.#sorted, [...this.#added].sort());
      this.#added.clear();
    }
    return this.#sorted;
  }
}

/** Merges two sorted lists that share no key. */
export function merge(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const key of left) {
    while (next < right.length && right[next] < key) merged.push(right[next++]);
    merged.push(key);
  }
  while (next < right.length) merged.push(right[next++]);
  return merged;
}

/** Index of the first key that is not below `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
