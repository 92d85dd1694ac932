import { expect, test } from "vitest";
import { isShown, typedIn } from "./console.ts";

test("commands and what they print are read from a document", () => {
  const document =
    "Text\n\n```console\n$ one a\nfirst\nsecond\n$ two\n> more\n```\n\n```sh\n$ not this\n```\n";
  expect(typedIn(document)).toEqual([
    { command: "one a", output: ["first", "second"] },
    { command: "two\nmore", output: [] },
  ]);
});

test.each([
  { shown: ["a", "b"], printed: "a\nb\n", fits: true },
  { shown: ["a", "b"], printed: "a\nx\nb\n", fits: false },
  { shown: ["a"], printed: "a\nb\n", fits: false },
  { shown: [], printed: "", fits: true },
  { shown: [], printed: "words", fits: false },
  { shown: ["a ... c"], printed: "a b c\n", fits: true },
  { shown: ["a ... c"], printed: "a b d\n", fits: false },
  { shown: ["a.c"], printed: "abc\n", fits: false },
  { shown: ["...", "b"], printed: "x\ny\nb\n", fits: true },
  { shown: ["...", "b"], printed: "b\n", fits: true },
  { shown: ["a", "..."], printed: "a\nx\ny\n", fits: true },
  { shown: ["a", "...", "c", "..."], printed: "a\nc\nd\n", fits: true },
  { shown: ["a", "...", "c"], printed: "a\nb\n", fits: false },
])("$shown shows $printed: $fits", ({ shown, printed, fits }) => {
  expect(isShown(shown, printed)).toBe(fits);
});
