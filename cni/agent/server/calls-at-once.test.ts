import { expect, test } from "vitest";
import { CallsAtOnce } from "./calls-at-once.ts";

test.each([
  ["one call", "+a", false],
  ["one after another", "+a -a +b", false],
  ["two", "+a +b", true],
  ["one that is left of two", "+a +b -a", false],
  ["two of which one has ended twice", "+a +b +c -a -a", true],
  ["none", "+a -a", false],
] as const)("%s: several %s is %s", (_title, steps, expected) => {
  const calls = new CallsAtOnce();
  const ends = new Map<string, () => void>();
  for (const [sign, name = ""] of steps.split(" ").map((step) => [...step]))
    if (sign === "+") ends.set(name, calls.begin());
    else ends.get(name)?.();
  expect(calls.areSeveral).toBe(expected);
});
