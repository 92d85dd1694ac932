import type { Progress } from "./contract.ts";

/** What the supervisor has come to, for those who ask now and those who wait. The last entry is "ready" or "failed". */
export class ProgressLog {
  readonly #entries: Progress[] = [];
  readonly #listeners = new Set<(entry: Progress) => void>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get isReady(): boolean {
    return this.#entries.at(-1)?.kind === "ready";
  }

  tell(kind: Progress["kind"], text: string): void {
    const entry = { kind, text, atMs: Math.round(this.#nowMs()) };
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Gets all so far and what comes, until the returned function is called. */
  follow(listener: (entry: Progress) => void): () => void {
    for (const entry of this.#entries) listener(entry);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
