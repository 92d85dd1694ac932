import { expect, it } from "vitest";
import { compareVersions, isOlder } from "./versions.ts";

it.each([
  ["5", "5", "same"],
  ["9", "10", "older"],
  ["10", "9", "newer"],
  ["123", "124", "older"],
  ["9007199254740993", "9007199254740992", "newer"], // one double for both
  ["18446744073709551615", "2", "newer"],
  ["", "5", undefined],
  ["0", "5", undefined],
  ["05", "5", undefined],
  ["v5", "5", undefined],
])("compares %j with %j: %s", (a, b, relation) => {
  const order = compareVersions(a, b);
  const sign = order === undefined ? undefined : ["older", "same", "newer"][Math.sign(order) + 1];
  expect(sign).toBe(relation);
  expect(isOlder(a, b)).toBe(relation === "older");
});
