import fc from "fast-check";
import { expect, it } from "vitest";
import { Store } from "./store.ts";

const soak = process.env.FAIRLEAD_SOAK === "1";

type Step = { readonly write: "put" | "remove"; readonly key: number };

const steps = fc.array(
  fc.record<Step>({
    write: fc.constantFrom("put", "put", "remove"),
    key: fc.integer({ min: 0, max: 7 }),
  }),
  { maxLength: 60 },
);

it("shows every past state that the history covers, in order and by prefix", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 40 }), (script, historyEvents) => {
      const store = new Store({ historyEvents, initialRevision: 0 });
      const things = store.collection("things");
      const states = new Map<number, string[]>([[0, []]]);
      for (const { write, key } of script) {
        const path = `${key % 2 === 0 ? "even" : "odd"}/${key}`;
        const present = things.get(path);
        if (write === "put") {
          const object = { apiVersion: "v1", kind: "Thing", metadata: { name: String(key) } };
          store.put(things, path, object);
        } else if (present !== undefined) store.remove(things, present);
        states.set(
          store.revision,
          things.range().map((stored) => `${stored.key}@${stored.revision}`),
        );
      }
      for (const [revision, state] of states) {
        const past = things.rangeAt(revision);
        if (revision < things.history.compactedRevision) {
          expect(past).toBe("compacted");
          continue;
        }
        if (past === "compacted") throw new Error(`revision ${revision} is known`);
        expect(past.map((stored) => `${stored.key}@${stored.revision}`)).toEqual(state);
        const behind = things.rangeAt(revision, "odd/", "odd/3");
        if (behind === "compacted") throw new Error(`revision ${revision} is known`);
        expect(behind.map((stored) => stored.key)).toEqual(
          past.map((stored) => stored.key).filter((key) => key.startsWith("odd/") && key > "odd/3"),
        );
      }
      expect([...things.range()].map((stored) => stored.key)).toEqual(
        things
          .range()
          .map((stored) => stored.key)
          .sort(),
      );
    }),
    { numRuns: soak ? 20_000 : 300 },
  );
});
