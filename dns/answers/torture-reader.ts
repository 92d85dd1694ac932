/** A reader of the torture test, in a thread of its own: asks through the fast path and judges every answer. */
import { parentPort, workerData } from "node:worker_threads";
import { FastPath } from "../server/fast-path.ts";
import { DEFER, memoryOf } from "../server/in-place.ts";
import type { FastPlan } from "../server/plan.ts";
import { labelCount, nameToWire } from "../wire/name.ts";
import {
  BEGUN,
  HOT,
  isPresent,
  NAMES,
  RECORD_BYTES,
  randomFrom,
  STOP,
  type TortureData,
  type TortureReport,
  TYPE_AAAA,
  versionOf,
  WRITING,
  WRITTEN,
  wireNameOf,
  ZONE,
} from "./torture-script.ts";

const HEADER_BYTES = 12;
const BATCH = 64;
const MEMORY_BYTES = 65_600;

// The one sender is torture.test.ts.
const { table, shared, reader, seed } = workerData as TortureData;
const words = new Int32Array(shared);
const memory = memoryOf(new Uint8Array(MEMORY_BYTES));
const plan: FastPlan = {
  tables: [table],
  zonesOfTable: [[0]],
  lookupFirst: true,
  gates: [],
  zones: [
    {
      kind: "compiled",
      name: nameToWire(ZONE),
      labels: labelCount(ZONE),
      table: 0,
      negativeTtlSeconds: 5,
      missing: "nxdomain",
      deferPods: false,
      rotate: true,
      counters: 0,
    },
  ],
};
const path = new FastPath(plan, reader, memory, { count() {} });
const random = randomFrom(seed);
const queries = Array.from({ length: NAMES }, (_, n) => queryFor(n));
let answers = 0;
let missing = 0;

function queryFor(n: number): Uint8Array {
  const name = wireNameOf(n);
  const query = new Uint8Array(HEADER_BYTES + name.length + 4);
  query[5] = 1;
  query.set(name, HEADER_BYTES);
  query[query.length - 3] = TYPE_AAAA;
  query[query.length - 1] = 1;
  return query;
}

/** Asks for the name; returns what is wrong with the answer. */
function ask(n: number): string | undefined {
  const query = queries[n] as Uint8Array;
  memory.bytes.set(query);
  const oldest = Atomics.load(words, WRITTEN + n);
  const length = path.answer(0, query.length, MEMORY_BYTES, true);
  const newest = Atomics.load(words, WRITING + n);
  answers++;
  if (length === DEFER) return "deferred";
  const rcode = (memory.bytes[3] as number) & 15;
  const count = memory.view.getUint16(6);
  if (rcode === 3 && count === 0) {
    missing++;
    for (let version = oldest; version <= newest; version++)
      if (version === 0 || !isPresent(n, version)) return undefined;
    return `missing, though it stands in versions ${oldest} to ${newest}`;
  }
  if (rcode !== 0) return `rcode ${rcode}`;
  if (count === 0) return "no records";
  if (length !== query.length + count * RECORD_BYTES) return `${length} bytes, ${count} records`;
  const version = versionOf(memory.view, query.length, count, n);
  if (typeof version === "string") return version;
  const current = version >= oldest && version <= newest && isPresent(n, version);
  return current ? undefined : `version ${version}, not ${oldest} to ${newest}`;
}

function askBatch(): string | undefined {
  for (let i = 0; i < BATCH; i++) {
    const begun = Atomics.load(words, BEGUN);
    const hot = Atomics.load(words, HOT);
    const n = (i & 1) === 0 ? hot : random() % begun;
    const wrong = ask(n);
    if (wrong !== undefined) return `name ${n}: ${wrong}`;
  }
  return undefined;
}

function torture(): TortureReport {
  while (Atomics.load(words, STOP) === 0) {
    path.enter();
    let violation: string | undefined;
    try {
      violation = askBatch();
    } catch (error) {
      violation = String(error);
    }
    path.leave();
    if (violation !== undefined) return { answers, missing, violation };
  }
  return { answers, missing };
}

parentPort?.postMessage(torture());
