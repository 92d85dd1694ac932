import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classWords } from "./arena.ts";
import { entryWords, packEntry, storedWords, unpackEntry } from "./entry.ts";
import type { CompiledEntry, CompiledSet } from "./layout.ts";
import { lowerWord } from "./lookup.ts";
import { AnswerTable } from "./table.ts";

function wire(name: string): Uint8Array {
  return Buffer.from(
    `${name
      .split(".")
      .map((label) => String.fromCharCode(label.length) + label)
      .join("")}\0`,
    "latin1",
  );
}

function set(type: number, bytes: number, additional = 0): CompiledSet {
  return {
    type,
    answerCount: 1,
    answer: Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + type) & 0xff),
    recordBytes: bytes,
    additionalCount: additional === 0 ? 0 : 1,
    additional: Uint8Array.from({ length: additional }, (_, i) => i & 0xff),
  };
}

const entry = (name: string, ...sets: CompiledSet[]): CompiledEntry => ({
  name: wire(name),
  flags: 3,
  zoneIndex: 2,
  sets,
});

describe("entries", () => {
  it.each([
    entry("a.b"),
    entry("svc1.testns.svc.cluster.local", set(1, 16)),
    entry("x.y.z", set(1, 32), set(33, 45, 17), set(28, 28)),
  ])("pack and unpack to the same value %#", (value) => {
    const words = new Int32Array(entryWords(value) + 5);
    expect(packEntry(words, 5, value)).toBe(entryWords(value));
    expect(storedWords(words, 5)).toBe(entryWords(value));
    expect(unpackEntry(words, 5)).toEqual({ ...value, name: new Uint8Array(value.name) });
  });
});

describe("lowerWord", () => {
  it("lowers A to Z in every byte and leaves all else", () => {
    for (let byte = 0; byte < 256; byte++) {
      const expected = byte >= 65 && byte <= 90 ? byte + 32 : byte;
      for (const shift of [0, 8, 16, 24]) {
        expect(lowerWord((byte << shift) | 0) | 0, `byte ${byte} at ${shift}`).toBe(
          (expected << shift) | 0,
        );
      }
    }
  });
});

describe("classWords", () => {
  it("is at least the size and wastes at most a quarter above 64 words", () => {
    for (let words = 1; words < 5000; words++) {
      const size = classWords(words);
      expect(size).toBeGreaterThanOrEqual(words);
      expect(size - words).toBeLessThanOrEqual(Math.max(1, words / 4));
      expect(classWords(size)).toBe(size);
    }
  });
});

describe("AnswerTable", () => {
  it("keeps, replaces and removes names, and says when nothing changed", () => {
    const table = new AnswerTable();
    expect(table.set(entry("a.b", set(1, 16)))).toBe(true);
    expect(table.set(entry("a.b", set(1, 16)))).toBe(false);
    expect(table.set(entry("a.b", set(1, 32)))).toBe(true);
    expect(table.get(wire("a.b"))?.sets[0]?.answer.length).toBe(32);
    expect(table.delete(wire("a.b"))).toBe(true);
    expect(table.delete(wire("a.b"))).toBe(false);
    expect(table.get(wire("a.b"))).toBeUndefined();
  });

  it("equals a Map after any sequence of writes", () => {
    const name = fc.integer({ min: 0, max: 400 }).map((n) => `n${n}.svc`);
    const step = fc.record({ name, bytes: fc.integer({ min: 0, max: 200 }), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3000, size: "max" }), (steps) => {
        const table = new AnswerTable();
        const model = new Map<string, CompiledEntry>();
        for (const { name: asked, bytes, remove } of steps) {
          if (remove) expect(table.delete(wire(asked))).toBe(model.delete(asked));
          else {
            const value = entry(asked, set(1, bytes));
            table.set(value);
            model.set(asked, value);
          }
          table.reclaim();
        }
        expect(table.statistics.names).toBe(model.size);
        for (const [asked, value] of model) {
          expect(table.get(wire(asked))).toEqual({ ...value, name: new Uint8Array(value.name) });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("reuses the memory of what was replaced", () => {
    const table = new AnswerTable();
    for (let round = 0; round < 20_000; round++) {
      table.set(entry(`n${round % 50}.svc`, set(1, 16 + 4 * (round % 17))));
      table.delete(wire(`n${(round * 7) % 50}.svc`));
      table.reclaim();
    }
    expect(table.statistics.residentBytes).toBeLessThan(100_000);
  });

  it("stays below 100 bytes of overhead a name", () => {
    const table = new AnswerTable();
    let payload = 0;
    for (let i = 0; i < 100_000; i++) {
      const value = entry(`service-${i}.namespace.svc.cluster.local`, set(1, 16));
      payload += value.name.length + 16;
      table.set(value);
      if (i % 500 === 0) table.reclaim();
    }
    expect((table.statistics.residentBytes - payload) / 100_000).toBeLessThan(100);
  });
});
