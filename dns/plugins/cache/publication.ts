/** What the workers have of the cache: at most one message a key, the one that the plugin itself would give. */
import { MessageTable } from "../../answers/message-table.ts";
import type { Popularity } from "../../answers/popularity.ts";
import { nameToWire } from "../../wire/name.ts";
import { compileMessage } from "./compile.ts";
import type { CacheItem } from "./item.ts";

/** With this much memory in use new messages stay with the plugin. The table itself could grow to four times as much. */
const MAX_TABLE_BYTES = 256 << 20;
/** Changes between two collections of what no worker can see any more. */
const RECLAIM_EVERY = 64;

export class Publication {
  readonly #table = new MessageTable();
  #changes = 0;

  /** The memory to hand to workers. */
  get buffer(): SharedArrayBuffer {
    return this.#table.buffer;
  }

  get residentBytes(): number {
    return this.#table.statistics.residentBytes;
  }

  /** Gives the item to the workers, who have none under its key. No-op for one that they have or cannot have. */
  publish(item: CacheItem): void {
    if (item.published || !item.fitsWorkers || this.residentBytes > MAX_TABLE_BYTES) return;
    const { message, name, key, kind, storedMs, ttlSeconds, popularity } = item;
    const times = { storedMs, ttlSeconds, popularity };
    const compiled = compileMessage({ message, name, key, denial: kind === "denial", ...times });
    item.fitsWorkers = compiled !== undefined;
    if (compiled === undefined) return;
    this.#table.set(nameToWire(name), compiled);
    item.published = true;
    this.#changed();
  }

  /** Takes the item back. No-op for one that the workers do not have. */
  withdraw(item: CacheItem): void {
    if (!item.published) return;
    item.popularity = this.popularity(item);
    this.#table.delete(nameToWire(item.name), item.key);
    item.published = false;
    this.#changed();
  }

  /** How popular the item is with all threads. */
  popularity(item: CacheItem): Popularity {
    if (!item.published) return item.popularity;
    return this.#table.popularity(nameToWire(item.name), item.key) ?? item.popularity;
  }

  setPopularity(item: CacheItem, popularity: Popularity): void {
    item.popularity = popularity;
    if (item.published) this.#table.setPopularity(nameToWire(item.name), item.key, popularity);
  }

  #changed(): void {
    this.#changes = (this.#changes + 1) % RECLAIM_EVERY;
    if (this.#changes === 0) this.#table.reclaim();
  }
}
