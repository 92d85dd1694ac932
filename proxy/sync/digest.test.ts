import { expect, test } from "vitest";
import type { Element } from "#linux/nft/contract.ts";
import { SetDigest } from "./digest.ts";

const element = (key: string, data = "", keyEnd?: string): Element => ({
  key: Buffer.from(key),
  ...(data === "" ? {} : { data: Buffer.from(data) }),
  ...(keyEnd === undefined ? {} : { keyEnd: Buffer.from(keyEnd) }),
});

function digest(...elements: readonly Element[]): SetDigest {
  const sum = new SetDigest();
  for (const one of elements) sum.add(one);
  return sum;
}

test("the order of elements does not matter", () => {
  const [a, b, c] = [element("a", "1"), element("b", "2"), element("c")];
  expect(digest(a, b, c).equals(digest(c, a, b))).toBe(true);
});

test("what is removed is as if it had never been", () => {
  const sum = digest(element("a", "1"), element("b", "2"));
  sum.remove(element("a", "1"));
  expect(sum.equals(digest(element("b", "2")))).toBe(true);
  expect(sum.count).toBe(1);
});

test.each([
  ["another key", element("x", "1")],
  ["other data", element("a", "2")],
  ["no data", element("a")],
  ["a range", element("a", "1", "b")],
])("%s is seen", (_, other) => {
  expect(digest(element("a", "1")).equals(digest(other))).toBe(false);
});

test("two elements that exchange their data are seen", () => {
  const straight = digest(element("a", "1"), element("b", "2"));
  expect(straight.equals(digest(element("a", "2"), element("b", "1")))).toBe(false);
});

test("a range of one key is that key, as kernels give it back either way", () => {
  expect(digest(element("a", "", "a")).equals(digest(element("a")))).toBe(true);
});

test("verdicts count", () => {
  const to = (chain: string): Element => ({ key: Buffer.from("a"), data: { kind: "goto", chain } });
  expect(digest(to("x")).equals(digest(to("y")))).toBe(false);
});
