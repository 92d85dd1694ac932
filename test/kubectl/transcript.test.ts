import { describe, expect, it } from "vitest";
import { linesOf, matches, parseTranscript } from "./transcript.ts";

const text = `# what follows is an example

$ cat <<EOF
> one
> EOF
one
$ false
! no
[1]
`;

describe("a transcript", () => {
  it("is read as steps", () => {
    expect(parseTranscript(text)).toEqual([
      {
        line: 3,
        command: "cat <<EOF\none\nEOF",
        expected: { stdout: ["one"], stderr: [], status: 0 },
      },
      { line: 7, command: "false", expected: { stdout: [], stderr: ["no"], status: 1 } },
    ]);
  });

  it("begins with a command", () => {
    expect(() => parseTranscript("hello\n")).toThrowError("line 1 belongs to no command");
  });
});

describe("lines match", () => {
  it.each<[readonly string[], readonly string[], boolean]>([
    [[], [], true],
    [["a"], [], false],
    [[], ["a"], false],
    [["a   b "], ["a b"], true],
    [["a 12s b"], ["a …s b"], true],
    [["a.b"], ["a?b"], false],
    [["a", "b", "c"], ["a", "…", "c"], true],
    [["a", "c"], ["a", "…", "c"], true],
    [["a", "b"], ["a", "…"], true],
    [["a"], ["a", "…"], true],
    [["a", "b"], ["…", "a"], false],
  ])("%j as %j: %s", (actual, expected, outcome) => {
    expect(matches(actual, expected)).toBe(outcome);
  });

  it("without blank ones", () => {
    expect(linesOf("a\n\n  \nb\n")).toEqual(["a", "b"]);
  });
});
