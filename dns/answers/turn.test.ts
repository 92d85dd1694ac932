import { describe, expect, it } from "vitest";
import { firstInTurn, nextTurn } from "./turn.ts";

describe("turns", () => {
  const ROUNDS = 1000;

  it.each([1, 2, 3, 4, 5, 6])(
    "each record comes first as often, seen every %i. answer",
    (stride) => {
      for (const count of [1, 2, 3, 4, 5, 7, 10, 20, 64]) {
        const firsts = new Array<number>(count).fill(0);
        let turn = 0;
        for (let n = 0; n < ROUNDS * count; n++) {
          for (let step = 0; step < stride; step++) turn = nextTurn(turn);
          const first = firstInTurn(turn, count);
          firsts[first] = (firsts[first] ?? 0) + 1;
        }
        expect(firsts).toHaveLength(count);
        expect(Math.min(...firsts), `of ${count}`).toBeGreaterThan(ROUNDS * 0.95);
        expect(Math.max(...firsts), `of ${count}`).toBeLessThan(ROUNDS * 1.05);
      }
    },
  );

  it("stay within the largest set of a message", () => {
    for (const turn of [0, 1, -1, 0x7fff_ffff, -0x8000_0000]) {
      expect(firstInTurn(turn, 4096)).toBeLessThan(4096);
      expect(firstInTurn(turn, 4096)).toBeGreaterThanOrEqual(0);
    }
  });
});
