import type { NamedSet } from "../contract.ts";
import { paddedBytes } from "../types.ts";
import type { ElementStore, FakeElement } from "./state.ts";

export function createElementStore(set: NamedSet): ElementStore {
  return set.interval === true ? new RangeStore(set) : new KeyStore();
}

class KeyStore implements ElementStore {
  readonly #elements = new Map<string, FakeElement>();

  get size(): number {
    return this.#elements.size;
  }

  conflict(element: FakeElement): FakeElement | undefined {
    return this.#elements.get(textOf(element.key));
  }

  find(element: FakeElement): FakeElement | undefined {
    return this.conflict(element);
  }

  add(element: FakeElement): void {
    this.#elements.set(textOf(element.key), element);
  }

  remove(element: FakeElement): void {
    this.#elements.delete(textOf(element.key));
  }

  values(): Iterable<FakeElement> {
    return this.#elements.values();
  }
}

/** Ranges; of several parts each element is a box, which meets another when they meet in every part. */
class RangeStore implements ElementStore {
  readonly #elements = new Set<FakeElement>();
  readonly #parts: readonly { readonly start: number; readonly end: number }[];

  constructor({ key }: NamedSet) {
    let start = 0;
    this.#parts = key.map((part) => {
      const end = start + paddedBytes(part);
      const place = { start, end };
      start = end;
      return place;
    });
  }

  get size(): number {
    return this.#elements.size;
  }

  conflict(element: FakeElement): FakeElement | undefined {
    return this.#first((other) =>
      this.#parts.every(({ start, end }) => {
        const part = (bytes: Uint8Array): Uint8Array => bytes.subarray(start, end);
        return (
          Buffer.compare(part(element.key), part(lastOf(other))) <= 0 &&
          Buffer.compare(part(other.key), part(lastOf(element))) <= 0
        );
      }),
    );
  }

  find(element: FakeElement): FakeElement | undefined {
    return this.#first(
      (other) =>
        Buffer.compare(other.key, element.key) === 0 &&
        Buffer.compare(lastOf(other), lastOf(element)) === 0,
    );
  }

  add(element: FakeElement): void {
    this.#elements.add(element);
  }

  remove(element: FakeElement): void {
    this.#elements.delete(element);
  }

  values(): Iterable<FakeElement> {
    return this.#elements;
  }

  #first(matches: (other: FakeElement) => boolean): FakeElement | undefined {
    for (const other of this.#elements) if (matches(other)) return other;
    return undefined;
  }
}

function lastOf({ key, keyEnd }: FakeElement): Uint8Array {
  return keyEnd ?? key;
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}
