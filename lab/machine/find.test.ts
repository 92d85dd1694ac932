import { dirname } from "node:path";
import { expect, test } from "vitest";
import { isEnding, isRunFrom, isSupervisor } from "./find.ts";

const program = "/srv/fairlead/lab/machine/main.ts";

test.each([
  ["the supervisor", ["node", program, "/run/lab"], true],
  ["who waits for it", ["unshare", "--pid", "--", "node", program, "/run/lab"], true],
  ["another lab's", ["node", program, "/run/lab2"], false],
  ["an editor", ["vi", "lab/machine/main.ts", "/run/lab"], false],
  ["one that is gone", [], false],
])("%s", (_, words, expected) => {
  expect(isSupervisor(words, "/run/lab")).toBe(expected);
});

test("a process that has words is not ending, nor is one that is gone", () => {
  expect(isEnding(process.pid)).toBe(false);
  expect(isEnding(2 ** 22 + 1)).toBe(false);
});

test("a folder that a process was started from", () => {
  expect(isRunFrom(dirname(process.execPath))).toBe(true);
  expect(isRunFrom(`${process.execPath}/none`)).toBe(false);
});
