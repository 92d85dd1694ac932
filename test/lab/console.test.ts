import { expect, test } from "vitest";
import { isShown, typedIn } from "./console.ts";

const document =
  "Text\n\n```console\n$ one a\nfirst\n\n…\nlast …\n$ two\n> more\n```\n\n```sh\n$ not this\n```\n";
const [one, two] = typedIn(document);

test("commands and what they print are read from a document", () => {
  expect(one).toEqual({ command: "one a", output: ["first", "…", "last …"] });
  expect(two).toEqual({ command: "two\nmore", output: [] });
  expect(typedIn(document)).toHaveLength(2);
});

test.each([
  ["first\n\nsecond\nlast word\n", true],
  ["first\nlast word\n", true],
  ["first\nsecond\n", false],
  ["zeroth\nfirst\nlast word\n", false],
])("%j is as shown: %s", (printed, isAsShown) => {
  expect(one !== undefined && isShown(one, printed)).toBe(isAsShown);
  expect(two !== undefined && isShown(two, printed)).toBe(false);
});
