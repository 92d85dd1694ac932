/** Resources of the process that live while a configuration asks for them, and so outlive a reload that keeps them. */
import type { Kept } from "../contract.ts";

interface Entry {
  readonly resource: Kept;
  holders: number;
}

export class KeptResources {
  readonly #entries = new Map<string, Entry>();

  /** The view of one configuration. */
  hold(): KeptHold {
    return new KeptHold(this.#entries);
  }
}

export class KeptHold {
  readonly #entries: Map<string, Entry>;
  readonly #held = new Set<string>();

  constructor(entries: Map<string, Entry>) {
    this.#entries = entries;
  }

  /** The resource of that key, made if no configuration holds it. The key names the type. */
  keep<T extends Kept>(key: string, make: () => T): T {
    const entry = this.#entries.get(key) ?? { resource: make(), holders: 0 };
    this.#entries.set(key, entry);
    if (!this.#held.has(key)) entry.holders++;
    this.#held.add(key);
    // Every caller of one key makes the same thing.
    return entry.resource as T;
  }

  /** Lets go of everything and closes what nobody else holds. */
  async release(): Promise<void> {
    const unused: Kept[] = [];
    for (const key of this.#held) {
      const entry = this.#entries.get(key);
      if (entry === undefined || --entry.holders > 0) continue;
      this.#entries.delete(key);
      unused.push(entry.resource);
    }
    this.#held.clear();
    await Promise.all(unused.map((resource) => resource.close()));
  }
}
