import { dirname } from "node:path";
import { expect, test } from "vitest";
import { findCommand, findIn } from "./command.ts";

test("a program is found in the first folder that has it", () => {
  expect(findIn(["/nowhere", dirname(process.execPath)], "node")).toBe(process.execPath);
  expect(findIn(["/nowhere"], "node")).toBeUndefined();
  expect(findIn([dirname(import.meta.dirname)], "package.json")).toBeUndefined();
});

test("and on PATH", () => {
  expect(findCommand("sh")).toMatch(/^\/.*\/sh$/);
  expect(findCommand("no-such-command")).toBeUndefined();
});
