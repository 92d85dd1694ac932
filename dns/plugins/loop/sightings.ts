/** How often each probe has come by. A query that was sent once and comes by again has been forwarded to its sender. */
import { foldName } from "../../wire/name.ts";

/** One return may be a network that doubled a packet; the second one is a loop. */
const MAX_RETURNS = 1;

export class Sightings {
  readonly #counts = new Map<string, number>();
  #closed = false;

  /** From now on queries for this name count. */
  expect(name: string): void {
    if (!this.#closed) this.#counts.set(foldName(name), 0);
  }

  /** Takes a query in; true when it proves a loop. */
  see(name: string): boolean {
    const key = foldName(name);
    const count = this.#counts.get(key);
    if (count === undefined) return false;
    this.#counts.set(key, count + 1);
    return this.#returns > MAX_RETURNS;
  }

  /** The probe came by once, and no other has come by twice. */
  isHarmless(name: string): boolean {
    return this.#counts.get(foldName(name)) === 1 && this.#returns === 0;
  }

  /** From now on nothing counts, so that nobody who learns of a name can end the process with it. */
  close(): void {
    this.#closed = true;
    this.#counts.clear();
  }

  get #returns(): number {
    let returns = 0;
    for (const count of this.#counts.values()) returns += Math.max(0, count - 1);
    return returns;
  }
}
