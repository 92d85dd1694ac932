/** Readers whose view of the arena is older than its growth: whatever was published must be found, and found whole. */
import { describe, expect, it } from "vitest";
import { nameToWire } from "../wire/name.ts";
import type { CompiledEntry } from "./layout.ts";
import { AnswerReader } from "./reader.ts";
import { AnswerTable } from "./table.ts";

const TYPE = 28;
const RECORD_BYTES = 28;

const nameOf = (n: number): Uint8Array => nameToWire(`n${n}.svc.cluster.local.`);

/** A name whose every byte of data says which name it is of. */
function entryOf(n: number, records: number): CompiledEntry {
  const answer = new Uint8Array(records * RECORD_BYTES).fill(n % 251);
  const nothing = new Uint8Array(0);
  const sizes = { answerCount: records, recordBytes: RECORD_BYTES, additionalCount: 0 };
  return {
    name: nameOf(n),
    flags: 0,
    zoneIndex: 0,
    sets: [{ type: TYPE, answer, additional: nothing, ...sizes }],
  };
}

const query = new Int32Array(64);
const queryBytes = new Uint8Array(query.buffer);
const answer = new DataView(new ArrayBuffer(8192));

/** What the reader says of the name: "missing", "empty", or the bytes of its set. */
function ask(reader: AnswerReader, n: number): string {
  const name = nameOf(n);
  queryBytes.set(name);
  const entry = reader.find(query, 0, name.length);
  if (entry <= 0) return "missing";
  const set = reader.findSet(entry, name.length, TYPE);
  if (set === 0) return "empty";
  const length = reader.words[set + 1] as number;
  reader.copy(0, answer, 0, length);
  return Buffer.from(answer.buffer, 0, length).toString("hex");
}

const expected = (entry: CompiledEntry): string =>
  Buffer.from(entry.sets[0]?.answer ?? []).toString("hex");

describe("a reader with an old view", () => {
  it("finds every entry written after growth, and all of its records", () => {
    const table = new AnswerTable();
    let grown = 0;
    for (let n = 0; n < 6000; n++) {
      const before = new AnswerReader(table.buffer, 0);
      const bytes = table.buffer.byteLength;
      const entry = entryOf(n, 5 + (n % 23));
      table.set(entry);
      if (table.buffer.byteLength === bytes) continue;
      grown++;
      expect(ask(before, n), `name ${n}, the first beyond ${bytes} bytes`).toBe(expected(entry));
    }
    expect(grown).toBeGreaterThan(1);
  });

  // Sizes of records shift where in the arena the slot tables come to lie.
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "sees all of a slot table, %i records a name",
    (records) => {
      const table = new AnswerTable();
      for (let n = 0; n < 9000; n++) {
        const bytes = table.buffer.byteLength;
        const stale = new AnswerReader(table.buffer, 0);
        table.set(entryOf(n, records));
        if (table.buffer.byteLength === bytes) continue;
        const { words } = stale;
        // Once it has renewed its view it is a reader like any other.
        for (let older = 0; older <= n && stale.words === words; older++) {
          const said = ask(stale, older);
          if (said !== expected(entryOf(older, records))) {
            expect.fail(`name ${older} is ${said} once ${n + 1} names outgrew ${bytes} bytes`);
          }
        }
      }
    },
  );
});
