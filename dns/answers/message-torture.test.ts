/** The message table under torture: one writer that never pauses, readers that judge each message they find. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { MessageTable } from "./message-table.ts";
import {
  isPresent,
  keyOf,
  messageOf,
  NAMES,
  SHARED_BYTES,
  STOP,
  type TortureData,
  type TortureReport,
  TYPES,
  WRITING,
  WRITTEN,
  wireNameOf,
} from "./message-torture-script.ts";
import { randomFrom } from "./torture-script.ts";

const READERS = 2;
/** Every message has several versions after this many, however slow the machine is. */
const WRITES = 60_000;
const SEED = Number(process.env.FAIRLEAD_TORTURE_SEED ?? Math.floor(Math.random() * 1e9));
/** Writes between two looks at what the readers say. */
const SLICE = 2000;

it("messages of one name change and go without harm to readers", async () => {
  const table = new MessageTable();
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const control = new Int32Array(shared);
  const random = randomFrom(SEED);
  const write = () => {
    const at = random() % (NAMES * TYPES.length);
    const n = Math.trunc(at / TYPES.length);
    const type = TYPES[at % TYPES.length] as number;
    const version = (control[WRITING + at] as number) + 1;
    Atomics.store(control, WRITING + at, version);
    if (isPresent(version)) table.set(wireNameOf(n), messageOf(n, type, version));
    else table.delete(wireNameOf(n), keyOf(type));
    Atomics.store(control, WRITTEN + at, version);
    if (random() % 32 === 0) table.reclaim();
  };
  const reports: TortureReport[] = [];
  const ended = Array.from({ length: READERS }, async (_, reader) => {
    const data: TortureData = { table: table.buffer, shared, reader };
    const worker = new Worker(new URL("./message-torture-reader.ts", import.meta.url), {
      workerData: data,
    });
    worker.on("message", (report: TortureReport) => reports.push(report));
    await once(worker, "exit");
  });
  for (let writes = 0; writes < WRITES && reports.length === 0; writes += SLICE) {
    for (let i = 0; i < SLICE; i++) write();
    await new Promise(setImmediate);
  }
  Atomics.store(control, STOP, 1);
  await Promise.all(ended);

  const violations = reports.flatMap(({ violation }) => violation ?? []);
  expect(violations, `FAIRLEAD_TORTURE_SEED=${SEED}`).toEqual([]);
  expect(reports).toHaveLength(READERS);
  for (const { answers, missing } of reports) expect(answers).toBeGreaterThan(missing);
});
