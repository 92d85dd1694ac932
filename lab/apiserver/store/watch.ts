import type { KubeObject, WatchEventType } from "../contract.ts";
import type { Collection } from "./collection.ts";
import type { StoreEvent } from "./history.ts";
import type { StoredObject } from "./stored-object.ts";

/** Which part of a collection is watched. */
export interface WatchScope {
  /** Key prefix: "" or "namespace/". */
  readonly prefix: string;
  readonly matches: (object: KubeObject) => boolean;
}

export interface WatchEvent {
  readonly type: WatchEventType;
  readonly stored: StoredObject;
}

/** Where a watch begins: with the present state as synthetic ADDED events, or behind a revision. */
export type WatchStart =
  | { readonly from: "state"; readonly objects: readonly StoredObject[] }
  | { readonly from: "revision"; readonly revision: number };

/**
 * A reader of one collection's events. It pulls from the shared history, so a slow reader costs no memory: once the
 * history has moved past it, it is told "compacted".
 */
export class Watch {
  readonly #collection: Collection;
  readonly #scope: WatchScope;
  readonly #initial: readonly StoredObject[];
  #initialAt = 0;
  #number: number | "compacted";

  constructor(collection: Collection, scope: WatchScope, start: WatchStart) {
    this.#collection = collection;
    this.#scope = scope;
    this.#initial = start.from === "state" ? start.objects : [];
    this.#number =
      start.from === "state"
        ? collection.history.next
        : collection.history.numberAfter(start.revision);
  }

  /** True while synthetic ADDED events are still to be read. */
  get isInitial(): boolean {
    return this.#initialAt < this.#initial.length;
  }

  /** Whether events that this watch should show are gone already. */
  get isCompacted(): boolean {
    if (this.isInitial) return false;
    return (
      this.#number === "compacted" || this.#collection.history.at(this.#number) === "compacted"
    );
  }

  /** The next event, undefined when there is none yet, or "compacted" when events were missed. */
  next(): WatchEvent | undefined | "compacted" {
    if (this.isInitial) {
      const stored = this.#initial[this.#initialAt];
      this.#initialAt += 1;
      return { type: "ADDED", stored };
    }
    for (;;) {
      if (this.#number === "compacted") return "compacted";
      const event = this.#collection.history.at(this.#number);
      if (event === undefined || event === "compacted") return event;
      this.#number += 1;
      const seen = this.#see(event);
      if (seen !== undefined) return seen;
    }
  }

  /** Calls when next() may have more. Returns the way to stop. */
  onReadable(reader: () => void): () => void {
    return this.#collection.onReadable(reader);
  }

  /** The event as this watch's selectors show it: coming into the selection is ADDED, leaving it DELETED. */
  #see(event: StoreEvent): WatchEvent | undefined {
    if (!event.after.key.startsWith(this.#scope.prefix)) return undefined;
    const before = event.before !== undefined && this.#scope.matches(event.before.object);
    const after = event.type !== "DELETED" && this.#scope.matches(event.after.object);
    if (before && after) return { type: "MODIFIED", stored: event.after };
    if (after) return { type: "ADDED", stored: event.after };
    return before ? { type: "DELETED", stored: event.departed } : undefined;
  }
}
