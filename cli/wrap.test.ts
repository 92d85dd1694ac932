import { expect, test } from "vitest";
import { wrapText } from "./wrap.ts";

test.each([
  ["short", 10, "short"],
  ["ten chars.", 10, "ten chars."],
  ["eleven chars", 10, "eleven\n  chars"],
  ["one two three four five", 10, "one two\n  three\n  four\n  five"],
  ["  indented words wrap", 12, "  indented\n    words\n    wrap"],
  ["a first\nand a second line", 12, "a first\nand a second\n  line"],
  ["unbreakable/path x", 6, "unbreakable/path\n  x"],
  ["", 10, ""],
])("%j in %i columns", (text, columns, expected) => {
  expect(wrapText(text, columns)).toBe(expected);
});
