/** A reader of the message torture, in a thread of its own: judges every message that it finds. */
import { parentPort, workerData } from "node:worker_threads";
import { memoryOf } from "../server/in-place.ts";
import { messageKey } from "./message-layout.ts";
import { MessageReader } from "./message-reader.ts";
import {
  isPresent,
  keyOf,
  NAMES,
  STOP,
  type TortureData,
  type TortureReport,
  TYPES,
  versionOf,
  WRITING,
  WRITTEN,
  wireNameOf,
} from "./message-torture-script.ts";

const BATCH = 64;
const BODY_AT = 512;

// The one sender is message-torture.test.ts.
const { table, shared, reader } = workerData as TortureData;
const control = new Int32Array(shared);
const memory = memoryOf(new Uint8Array(8192));
const messages = new MessageReader(table, reader);
let answers = 0;
let missing = 0;
let turn = reader;

/** Looks one message up; returns what is wrong with it. */
function look(): string | undefined {
  turn = (turn + 7919) % (NAMES * TYPES.length);
  const n = Math.trunc(turn / TYPES.length);
  const type = TYPES[turn % TYPES.length] as number;
  const name = wireNameOf(n);
  memory.bytes.set(name);
  const ttlSeconds = turn;
  const oldest = Atomics.load(control, WRITTEN + turn);
  const entry = messages.find(memory.words, 0, name.length);
  const row = entry === 0 ? 0 : messages.findMessage(entry, name.length, messageKey(keyOf(type)));
  let version: number | string = 0;
  if (row !== 0) {
    const end = messages.writeBody(row, memory.view, BODY_AT, ttlSeconds, false);
    messages.countHit(row, 1, 1);
    version = versionOf(memory.view, BODY_AT, end - BODY_AT, { n, type, ttlSeconds });
  }
  const newest = Atomics.load(control, WRITING + turn);
  answers++;
  if (typeof version === "string") return `name ${n}, type ${type}: ${version}`;
  if (row !== 0 && version >= oldest && version <= newest) return undefined;
  missing++;
  for (let absent = oldest; row === 0 && absent <= newest; absent++) {
    if (!isPresent(absent)) return undefined;
  }
  return `name ${n}, type ${type}: version ${version}, not ${oldest} to ${newest}`;
}

function torture(): TortureReport {
  while (Atomics.load(control, STOP) === 0) {
    messages.enter();
    let violation: string | undefined;
    for (let i = 0; i < BATCH && violation === undefined; i++) violation = look();
    messages.leave();
    if (violation !== undefined) return { answers, missing, violation };
  }
  return { answers, missing };
}

parentPort?.postMessage(torture());
