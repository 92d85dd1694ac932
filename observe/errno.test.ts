import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasErrno } from "./errno.ts";

const absent = (() => {
  try {
    return readFileSync("/no/such/file");
  } catch (error) {
    return error;
  }
})();

test.each([
  ["the one that it has", absent, ["ENOENT"], true],
  ["one of several", absent, ["EACCES", "ENOENT"], true],
  ["others", absent, ["EACCES"], false],
  ["an error without any", new Error("ENOENT"), ["ENOENT"], false],
  ["what is no error", { code: "ENOENT" }, ["ENOENT"], false],
] as const)("%s: %o has %j: %s", (_title, error, names, expected) => {
  expect(hasErrno(error, ...names)).toBe(expected);
});
