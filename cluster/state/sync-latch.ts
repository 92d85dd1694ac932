import type { Kind } from "../contract.ts";

/** Which kinds are waited for and which have been listed in full. A kind once synced stays so. */
export class SyncLatch {
  readonly #expected = new Set<Kind>();
  readonly #synced = new Set<Kind>();
  #listeners: (() => void)[] = [];

  expect(kind: Kind): void {
    this.#expected.add(kind);
  }

  /** Fires nothing yet, so that the change listeners run before those of the sync. */
  mark(kind: Kind): void {
    this.#synced.add(kind);
  }

  hasSynced(kind?: Kind): boolean {
    if (kind !== undefined) return !this.#expected.has(kind) || this.#synced.has(kind);
    return this.#expected.isSubsetOf(this.#synced);
  }

  onSynced(listener: () => void): void {
    if (this.hasSynced()) queueMicrotask(listener);
    else this.#listeners.push(listener);
  }

  /** Calls those who wait when everything is there. */
  release(notify: (listener: () => void) => void): void {
    if (!this.hasSynced()) return;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) notify(listener);
  }
}
