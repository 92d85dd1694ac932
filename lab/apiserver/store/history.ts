import type { WatchEventType } from "../contract.ts";
import type { StoredObject } from "./stored-object.ts";

/** One committed write of one collection. */
export class StoreEvent {
  readonly type: WatchEventType;
  readonly revision: number;
  /** The version before the write; undefined for ADDED. */
  readonly before: StoredObject | undefined;
  /** The version that the write made; for DELETED the last one, stamped with the deletion's revision. */
  readonly after: StoredObject;
  #departed: StoredObject | undefined;

  constructor(type: WatchEventType, before: StoredObject | undefined, after: StoredObject) {
    this.type = type;
    this.revision = after.revision;
    this.before = before;
    this.after = after;
  }

  /** What a watch whose selector stopped matching gets: the version it knew, at this event's revision. */
  get departed(): StoredObject {
    this.#departed ??= (this.before ?? this.after).at(this.revision);
    return this.#departed;
  }
}

/** The latest events of a collection in a ring. Events are numbered; a reader remembers the number it wants next. */
export class History {
  readonly #ring: (StoreEvent | undefined)[];
  #first = 0;
  #next = 0;
  #compactedRevision: number;

  constructor(capacity: number, revision: number) {
    this.#ring = new Array<StoreEvent | undefined>(capacity).fill(undefined);
    this.#compactedRevision = revision;
  }

  /** State and events are known from this revision on. */
  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  /** Number that the next event will have. */
  get next(): number {
    return this.#next;
  }

  append(event: StoreEvent): void {
    if (this.#next - this.#first === this.#ring.length) this.#dropFirst();
    this.#ring[this.#next % this.#ring.length] = event;
    this.#next += 1;
  }

  /** The event of that number, undefined when it is yet to come, or "compacted". */
  at(number: number): StoreEvent | undefined | "compacted" {
    if (number < this.#first) return "compacted";
    return number < this.#next ? this.#ring[number % this.#ring.length] : undefined;
  }

  /** Number of the first event behind the revision, or "compacted" when some of those are gone. */
  numberAfter(revision: number): number | "compacted" {
    if (revision < this.#compactedRevision) return "compacted";
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const event = this.#ring[middle % this.#ring.length];
      if (event !== undefined && event.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets every event; the revision is the store's present one. */
  compact(revision: number): void {
    while (this.#first < this.#next) this.#dropFirst();
    this.#compactedRevision = revision;
  }

  #dropFirst(): void {
    const slot = this.#first % this.#ring.length;
    this.#compactedRevision = this.#ring[slot]?.revision ?? this.#compactedRevision;
    this.#ring[slot] = undefined;
    this.#first += 1;
  }
}
