import { describe, expect, it } from "vitest";
import { memoryOf } from "../server/in-place.ts";
import { nameToWire } from "../wire/name.ts";
import { type CachedMessage, type MessageKey, messageKey } from "./message-layout.ts";
import { MessageReader } from "./message-reader.ts";
import { MessageTable } from "./message-table.ts";

const A: MessageKey = { type: 1, dnssecOk: false, checkingDisabled: false };
const TTL_BYTES = 4;

/** A body of `bytes` bytes, each the fill but for a TTL at its start and one at its end. */
function message(key: MessageKey, bytes: number, fill: number): CachedMessage {
  return {
    key,
    header: 0x8084,
    answerCount: 1,
    authorityCount: 2,
    additionalCount: 3,
    body: new Uint8Array(bytes).fill(fill),
    ttlOffsets: bytes < 2 * TTL_BYTES ? [] : [0, bytes - TTL_BYTES],
    storedMs: 1_000_000,
    ttlSeconds: 60,
    denial: false,
    popularity: { hits: 0, lastSeconds: 0 },
  };
}

class Reading {
  readonly #reader: MessageReader;
  readonly #memory = memoryOf(new Uint8Array(8192));

  constructor(table: MessageTable) {
    this.#reader = new MessageReader(table.buffer, 0);
  }

  /** The body with the TTL given, undefined when there is none. */
  body(name: string, key: MessageKey, ttlSeconds: number, rotate = false): Uint8Array | undefined {
    const { bytes, words, view } = this.#memory;
    const wire = nameToWire(name);
    bytes.fill(0);
    bytes.set(wire);
    const entry = this.#reader.find(words, 0, wire.length);
    if (entry === 0) return undefined;
    const row = this.#reader.findMessage(entry, wire.length, messageKey(key));
    if (row === 0) return undefined;
    const end = this.#reader.writeBody(row, view, 512, ttlSeconds, rotate);
    return bytes.slice(512, end);
  }

  hit(name: string, key: MessageKey, nowSeconds: number, gapSeconds: number): number {
    const wire = nameToWire(name);
    this.#memory.bytes.set(wire);
    const entry = this.#reader.find(this.#memory.words, 0, wire.length);
    const row = this.#reader.findMessage(entry, wire.length, messageKey(key));
    const hits = this.#reader.hitsWithThis(row, nowSeconds, gapSeconds);
    this.#reader.countHit(row, hits, nowSeconds);
    return hits;
  }
}

function withTtls(bytes: number, fill: number, ttlSeconds: number): Uint8Array {
  const body = new Uint8Array(bytes).fill(fill);
  const view = new DataView(body.buffer);
  view.setUint32(0, ttlSeconds);
  view.setUint32(bytes - TTL_BYTES, ttlSeconds);
  return body;
}

describe("messages", () => {
  it.each([8, 9, 10, 11, 12, 13, 100, 3799, 3800])(
    "of %i bytes come back with their TTLs set",
    (bytes) => {
      const table = new MessageTable();
      const reading = new Reading(table);
      table.set(nameToWire("a.test."), message(A, bytes, 7));
      expect(reading.body("a.test.", A, 42)).toEqual(withTtls(bytes, 7, 42));
      expect(reading.body("A.tEST.", A, 41)).toEqual(withTtls(bytes, 7, 41));
      expect(reading.body("b.test.", A, 42)).toBeUndefined();
    },
  );

  it("without TTLs, as an empty answer has none", () => {
    const table = new MessageTable();
    table.set(nameToWire("a.test."), message(A, 0, 0));
    expect(new Reading(table).body("a.test.", A, 42)).toEqual(new Uint8Array(0));
  });

  it("of one name are told apart by type, DO and CD, and replaced and removed alone", () => {
    const table = new MessageTable();
    const reading = new Reading(table);
    const keys = [1, 28].flatMap((type) =>
      [false, true].flatMap((dnssecOk) =>
        [false, true].map((checkingDisabled) => ({ type, dnssecOk, checkingDisabled })),
      ),
    );
    const name = nameToWire("a.test.");
    const bytesOf = (at: number) => 16 + 3 * at;
    for (const [at, key] of keys.entries()) table.set(name, message(key, bytesOf(at), at + 1));
    const expectAll = (gone = -1, replaced = -1) => {
      for (const [at, key] of keys.entries()) {
        const fill = at === replaced ? 99 : at + 1;
        const expected = at === gone ? undefined : withTtls(bytesOf(at), fill, 5);
        expect(reading.body("a.test.", key, 5)).toEqual(expected);
      }
    };
    expectAll();
    table.set(name, message(keys[3] ?? A, bytesOf(3), 99));
    expectAll(-1, 3);
    table.delete(name, keys[5] ?? A);
    expectAll(5, 3);
    for (const key of keys) table.delete(name, key);
    table.reclaim();
    expect(table.statistics.names).toBe(0);
    expect(reading.body("a.test.", A, 5)).toBeUndefined();
  });

  it("turn the records that may be turned, and nothing else", () => {
    const table = new MessageTable();
    const body = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 9, 9]);
    const turned = { offset: 4, recordBytes: 3, count: 3 };
    table.set(nameToWire("a.test."), { ...message(A, 0, 0), body, ttlOffsets: [0], turned });
    const reading = new Reading(table);
    const seen = Array.from({ length: 6 }, () => reading.body("a.test.", A, 0, true)?.join(""));
    expect(new Set(seen)).toEqual(
      new Set(["000011122233399", "000022233311199", "000033311122299"]),
    );
    expect(reading.body("a.test.", A, 0, false)?.join("")).toBe("000011122233399");
  });
});

describe("popularity", () => {
  it("is counted by readers, seen and set by the writer, and begins anew after a gap", () => {
    const table = new MessageTable();
    const name = nameToWire("a.test.");
    table.set(name, message(A, 20, 1));
    const reading = new Reading(table);
    expect([2000, 2000, 2060, 2121].map((now) => reading.hit("a.test.", A, now, 60))).toEqual([
      1, 2, 3, 1,
    ]);
    expect(table.popularity(name, A)).toEqual({ hits: 1, lastSeconds: 2121 });
    table.setPopularity(name, A, { hits: -100, lastSeconds: 2121 });
    expect(reading.hit("a.test.", A, 2122, 60)).toBe(-99);
  });

  it("stays when another message of the name changes", () => {
    const table = new MessageTable();
    const name = nameToWire("a.test.");
    table.set(name, { ...message(A, 20, 1), popularity: { hits: 5, lastSeconds: 9 } });
    table.set(name, message({ ...A, type: 28 }, 20, 1));
    expect(table.popularity(name, A)).toEqual({ hits: 5, lastSeconds: 9 });
    expect(table.popularity(name, { ...A, type: 15 })).toBeUndefined();
  });
});
