import { describe, expect, test } from "vitest";
import type { PlanEndpoint, PortPlan } from "../contract.ts";
import { dealSlots, endpointName } from "./slots.ts";

type Tuning = Pick<PortPlan, "balancing" | "affinityTimeoutSeconds">;

const random: Tuning = { balancing: { kind: "random" }, affinityTimeoutSeconds: undefined };
const maglev: Tuning = {
  balancing: { kind: "maglev", slots: 251 },
  affinityTimeoutSeconds: undefined,
};

/** "a b*3": endpoints by a letter, with weights where they differ from 1. */
function endpoints(text: string): readonly PlanEndpoint[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [letter = "", weight = "1"] = word.split("*");
      const address = `10.0.0.${letter.charCodeAt(0) - 96}`;
      return { address, port: 80, local: false, weight: Number(weight) };
    });
}

function letters(slots: readonly PlanEndpoint[]): string {
  const letter = ({ address }: PlanEndpoint) =>
    String.fromCharCode(96 + Number(address.split(".")[3]));
  return slots.map(letter).join(" ");
}

describe("a random choice changes as few slots as can be", () => {
  test.each([
    { before: "", wanted: "a b c", slots: "a b c" },
    { before: "a b c", wanted: "a b c", slots: "a b c" },
    { before: "a b c", wanted: "a b c d", slots: "a b c d" },
    { before: "b c", wanted: "a b c", slots: "b c a" },
    // The last moves into the place of the one that is gone.
    { before: "a b c d", wanted: "a c d", slots: "a d c" },
    { before: "a b c d", wanted: "b c d", slots: "d b c" },
    { before: "a b c d", wanted: "a b c", slots: "a b c" },
    // One goes and another comes: one slot changes.
    { before: "a b c", wanted: "a c d", slots: "a d c" },
    { before: "a b c", wanted: "d e", slots: "d e" },
    { before: "a b c", wanted: "", slots: "" },
  ])("$before, then $wanted: $slots", ({ before, wanted, slots }) => {
    expect(letters(dealSlots(endpoints(wanted), random, endpoints(before)))).toBe(slots);
  });
});

describe("weights", () => {
  const shares = (text: string): Record<string, number> => {
    const slots = dealSlots(endpoints(text), random, []);
    const counts: Record<string, number> = {};
    for (const letter of letters(slots).split(" ")) counts[letter] = (counts[letter] ?? 0) + 1;
    return counts;
  };

  test.each([
    { weights: "a b", shares: { a: 1, b: 1 } },
    { weights: "a*5 b*5", shares: { a: 1, b: 1 } },
    { weights: "a*3 b*1", shares: { a: 48, b: 16 } },
    { weights: "a*1 b*0", shares: { a: 64 } },
    // However small, a share that is asked for is served.
    { weights: "a*1000 b*1", shares: { a: 64, b: 1 } },
  ])("$weights", ({ weights, shares: expected }) => {
    expect(shares(weights)).toEqual(expected);
  });
});

describe("maglev", () => {
  const many = "a b c d e f g h i j";

  test("fills every slot, nearly evenly", () => {
    const slots = dealSlots(endpoints(many), maglev, []);
    const counts = new Map<string, number>();
    for (const slot of slots) counts.set(slot.address, (counts.get(slot.address) ?? 0) + 1);
    expect(slots).toHaveLength(251);
    expect(counts.size).toBe(10);
    for (const count of counts.values()) expect(count === 25 || count === 26).toBe(true);
  });

  test("does not depend on the order or on what was before", () => {
    const forward = dealSlots(endpoints(many), maglev, []);
    const backward = dealSlots([...endpoints(many)].reverse(), maglev, forward);
    expect(backward.map(endpointName)).toEqual(forward.map(endpointName));
  });

  test("an endpoint that goes takes few others' slots with it", () => {
    const before = dealSlots(endpoints(many), maglev, []);
    const after = dealSlots(endpoints("a b c d e f g h i"), maglev, []);
    const kept = before.filter(({ address }) => address !== "10.0.0.10").length;
    const moved = before.filter(
      (slot, index) => slot.address !== "10.0.0.10" && slot.address !== after[index]?.address,
    ).length;
    expect(moved / kept).toBeLessThan(0.2);
  });

  test("weighs", () => {
    const slots = letters(dealSlots(endpoints("a*300 b*100"), maglev, [])).split(" ");
    expect(slots.filter((letter) => letter === "a").length / 251).toBeCloseTo(0.75, 1);
  });

  test("affinity draws each endpoint once instead", () => {
    const sticky = { ...maglev, affinityTimeoutSeconds: 10 };
    expect(letters(dealSlots(endpoints("a b"), sticky, []))).toBe("a b");
  });

  test("without endpoints there are no slots", () => {
    expect(dealSlots([], maglev, [])).toEqual([]);
  });
});
