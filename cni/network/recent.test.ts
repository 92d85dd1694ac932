import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Recent } from "./recent.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("what was read is told for a moment, by its key", () => {
  const recent = new Recent();
  expect(recent.get("a", () => 1)).toBe(1);
  expect(recent.get("a", () => 2)).toBe(1);
  expect(recent.get("b", () => 2)).toBe(2);
  vi.advanceTimersByTime(20);
  expect(recent.get("a", () => 3)).toBe(3);
});

test("what was not there is asked for again, and all that is forgotten", () => {
  const recent = new Recent();
  const read = vi.fn((): string | undefined => undefined);
  recent.get("a", read);
  recent.get("a", read);
  expect(read).toHaveBeenCalledTimes(2);
  recent.get("a", () => "there");
  recent.forget();
  expect(recent.get("a", () => "there anew")).toBe("there anew");
});
