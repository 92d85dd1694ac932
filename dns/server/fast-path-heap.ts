/**
 * Prints how many bytes of heap a million answers take, in a process of its own: the test's own heap would drown it.
 * Run by fast-path-heap.test.ts.
 */
import { getHeapStatistics } from "node:v8";
import { AnswerTable } from "../answers/table.ts";
import { compileName } from "../plugins/kubernetes/compile.ts";
import type { NameRecords } from "../plugins/kubernetes/contract.ts";
import { encodeMessage } from "../wire/encode.ts";
import { nameToWire } from "../wire/name.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import type { FastPlan } from "./plan.ts";

const BATCH = 64;
const SLOT_BYTES = 4096;
const ANSWERS = 1_000_000;
/** The compiler allocates as well, now and then: what every round takes is what answers take. */
const ROUNDS = 4;
const ZONE = "cluster.local.";

const table = new AnswerTable();
table.markSynced();
const nothing: NameRecords = { owner: "", kind: "service", v4: [], v6: [], srv: [], targets: [] };
const zone = { index: 0, name: ZONE, ttlSeconds: 5 };
const addresses = Array.from({ length: 60 }, (_, n) => `10.1.0.${n + 1}`);
const target = "a.web.shop.svc";
for (const records of [
  { ...nothing, owner: "web.shop.svc", v4: ["10.0.0.1"] },
  { ...nothing, owner: "db.shop.svc", v4: addresses, v6: ["fd00::1"] },
  {
    ...nothing,
    owner: "_http._tcp.web.shop.svc",
    kind: "port" as const,
    srv: [{ weight: 100, port: 80, target }],
    targets: [{ target, address: "10.1.0.1" }],
  },
])
  table.set(compileName(records, zone));

const plan: FastPlan = {
  tables: [table.buffer],
  zonesOfTable: [[0]],
  lookupFirst: true,
  gates: [],
  zones: [
    {
      kind: "compiled",
      name: nameToWire(ZONE),
      labels: 2,
      table: 0,
      negativeTtlSeconds: 5,
      missing: "nxdomain",
      deferPods: false,
      rotate: true,
      counters: 0,
    },
  ],
};

const flags = {
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
};
const edns = { version: 0, udpPayloadBytes: 1232, dnssecOk: true, options: [] };
const sections = { answers: [], authorities: [], additionals: [] };

/** An address, a set that is turned and cut, SRV, no data, no name, each with and without EDNS. */
const queries = [
  ["web.shop.svc", 1],
  ["WEB.shop.svc", 1],
  ["db.shop.svc", 1],
  ["_http._tcp.web.shop.svc", 33],
  ["web.shop.svc", 28],
  ["nope.shop.svc", 1],
].flatMap(([owner, type]) =>
  [undefined, edns].map((opt) =>
    encodeMessage({
      ...sections,
      id: 1,
      opcode: 0,
      rcode: 0,
      flags,
      questions: [{ name: `${owner}.${ZONE}`, type: Number(type), class: 1 }],
      ...(opt === undefined ? {} : { edns: opt }),
    }),
  ),
);

const memory = memoryOf(new Uint8Array(BATCH * SLOT_BYTES));
const counted = new Float64Array(4);
const path = new FastPath(plan, 0, memory, {
  count(place, _type, rcode) {
    counted[place + rcode] = (counted[place + rcode] as number) + 1;
  },
});

function answer(count: number): void {
  for (let done = 0; done < count; done += BATCH) {
    path.enter();
    for (let slot = 0; slot < BATCH; slot++) {
      const query = queries[(done + slot) % queries.length] as Uint8Array;
      memory.bytes.set(query, slot * SLOT_BYTES);
      const length = path.answer(slot * SLOT_BYTES, query.length, SLOT_BYTES, false);
      if (length === DEFER) throw new Error(`query ${(done + slot) % queries.length} was deferred`);
    }
    path.leave();
  }
}

let least = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round++) {
  const before = getHeapStatistics().total_allocated_bytes;
  answer(ANSWERS);
  least = Math.min(least, getHeapStatistics().total_allocated_bytes - before);
}
process.stdout.write(String(least));
