/**
 * The answer table under torture: one writer that never pauses, readers in threads of their own that judge each answer.
 * FAIRLEAD_TORTURE_SECONDS lengthens it, FAIRLEAD_SOAK to two minutes; FAIRLEAD_TORTURE_SEED repeats its choices.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { AnswerTable } from "./table.ts";
import {
  BEGUN,
  entryOf,
  HOT,
  isPresent,
  NAMES,
  randomFrom,
  SHARED_BYTES,
  STOP,
  type TortureData,
  type TortureReport,
  WRITING,
  WRITTEN,
  wireNameOf,
} from "./torture-script.ts";

const READERS = 2;
const SECONDS =
  process.env.FAIRLEAD_TORTURE_SECONDS ?? (process.env.FAIRLEAD_SOAK === "1" ? "120" : undefined);
const MAX_MS = 1000 * Number(SECONDS ?? 4);
/** However slow the machine is: until every name has been added, and many times over where the time allows it. */
const MIN_WRITES = 250_000;
const MAX_WRITES = SECONDS === undefined ? 1_000_000 : Number.POSITIVE_INFINITY;
const SEED = Number(process.env.FAIRLEAD_TORTURE_SEED ?? Math.floor(Math.random() * 1e9));
/** Writes between two looks at the clock and at what the readers say. */
const SLICE = 2000;
/** Names that nobody asks for pass through the table and leave their tombstones, so that it is rehashed again and again. */
const PASSING = 600;

class Writer {
  readonly table = new AnswerTable();
  readonly shared = new SharedArrayBuffer(SHARED_BYTES);
  writes = 0;
  readonly #words = new Int32Array(this.shared);
  readonly #random = randomFrom(SEED);
  #begun = 0;
  #passing = NAMES;
  #reclaimIn = 0;

  constructor() {
    this.table.markSynced();
    for (let n = 0; n < 100; n++) this.#add();
  }

  get begun(): number {
    return this.#begun;
  }

  write(): void {
    this.writes++;
    const choice = this.#random() % 16;
    if (choice === 0) this.#add();
    else if (choice < 4) this.#pass();
    else if (choice < 8) this.#advance(Atomics.load(this.#words, HOT));
    else this.#advance(this.#random() % this.#begun);
    if (--this.#reclaimIn > 0) return;
    this.#reclaimIn = this.#random() % 40;
    this.table.reclaim();
  }

  #add(): void {
    if (this.#begun === NAMES) return;
    this.#advance(this.#begun++);
    Atomics.store(this.#words, BEGUN, this.#begun);
  }

  #advance(n: number): void {
    const version = (this.#words[WRITING + n] as number) + 1;
    Atomics.store(this.#words, WRITING + n, version);
    Atomics.store(this.#words, HOT, n);
    if (isPresent(n, version)) this.table.set(entryOf(n, version));
    else this.table.delete(wireNameOf(n));
    Atomics.store(this.#words, WRITTEN + n, version);
  }

  #pass(): void {
    this.table.set(entryOf(this.#passing, 1));
    this.table.delete(wireNameOf(this.#passing - PASSING));
    this.#passing++;
  }
}

describe("the answer table under torture", () => {
  it("gives whole, current answers of the name asked, and misses none", {
    timeout: MAX_MS + 30_000,
  }, async () => {
    const writer = new Writer();
    const control = new Int32Array(writer.shared);
    const reports: TortureReport[] = [];
    const ended = Array.from({ length: READERS }, async (_, reader) => {
      const { table, shared } = writer;
      const data: TortureData = { table: table.buffer, shared, reader, seed: SEED + reader };
      const worker = new Worker(new URL("./torture-reader.ts", import.meta.url), {
        workerData: data,
      });
      worker.on("message", (report: TortureReport) => reports.push(report));
      await once(worker, "exit");
    });
    const endMs = performance.now() + MAX_MS;
    const goesOn = (): boolean =>
      writer.writes < MIN_WRITES || (writer.writes < MAX_WRITES && performance.now() < endMs);
    while (goesOn() && reports.length === 0) {
      for (let i = 0; i < SLICE; i++) writer.write();
      await new Promise(setImmediate);
    }
    Atomics.store(control, STOP, 1);
    await Promise.all(ended);

    const violations = reports.flatMap(({ violation }) => violation ?? []);
    expect(violations, `FAIRLEAD_TORTURE_SEED=${SEED} after ${writer.writes} writes`).toEqual([]);
    expect(reports).toHaveLength(READERS);
    for (const { answers, missing } of reports) {
      expect(answers).toBeGreaterThan(10_000);
      expect(missing).toBeGreaterThan(0);
    }
    expect(writer.begun).toBe(NAMES);
    expect(writer.table.buffer.byteLength).toBeGreaterThan(4 << 20);
  });
});
