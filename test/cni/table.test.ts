import { expect, test } from "vitest";
import { rows } from "./rows/all.ts";

test("the table has the rows 1 to 73, each once", () => {
  const numbers = rows.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 73 }, (_, index) => index + 1));
});

test("no two rows have a title in common", () => {
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
});
