import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallsAtOnce } from "./calls-at-once.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test.each([
  ["one call", ["begin"], false],
  ["one after another", ["begin", "end", "begin"], false],
  ["two", ["begin", "begin"], true],
  ["two, for as long as they take", ["begin", "begin", "later", "later"], true],
  ["one, just behind two", ["begin", "begin", "end"], true],
  ["one, a while behind two", ["begin", "begin", "end", "later"], false],
  ["the next, just behind two", ["begin", "begin", "end", "end", "begin"], true],
] as const)("%s: several %s is %s", (_title, steps, expected) => {
  const calls = new CallsAtOnce();
  for (const step of steps)
    if (step === "later") vi.advanceTimersByTime(10);
    else calls[step]();
  expect(calls.areSeveral).toBe(expected);
});
