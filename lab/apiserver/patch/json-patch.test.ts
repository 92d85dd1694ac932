import { describe, expect, it } from "vitest";
import { jsonPatch } from "./json-patch.ts";

/** Document, patch, result; the cases follow RFC 6902 appendix A. */
const cases: readonly (readonly [string, unknown, unknown, unknown])[] = [
  ["add a member", { a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
  ["add an element", { a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
  ["append", { a: [1] }, [{ op: "add", path: "/a/-", value: [2] }], { a: [1, [2]] }],
  ["remove a member", { a: 1, b: 2 }, [{ op: "remove", path: "/b" }], { a: 1 }],
  ["remove an element", { a: [1, 2, 3] }, [{ op: "remove", path: "/a/1" }], { a: [1, 3] }],
  ["replace", { a: 1 }, [{ op: "replace", path: "/a", value: { b: 2 } }], { a: { b: 2 } }],
  ["replace all", { a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }], { b: 2 }],
  [
    "move",
    { a: { b: 1 }, c: {} },
    [{ op: "move", from: "/a/b", path: "/c/d" }],
    { a: {}, c: { d: 1 } },
  ],
  [
    "move within a list",
    { a: [1, 2, 3] },
    [{ op: "move", from: "/a/0", path: "/a/2" }],
    { a: [2, 3, 1] },
  ],
  ["copy", { a: [1] }, [{ op: "copy", from: "/a", path: "/b" }], { a: [1], b: [1] }],
  [
    "escapes",
    { "a/b": 1, "c~d": 2 },
    [
      { op: "remove", path: "/a~1b" },
      { op: "replace", path: "/c~0d", value: 3 },
    ],
    { "c~d": 3 },
  ],
  [
    "test then change",
    { a: { b: [1] } },
    [
      { op: "test", path: "/a", value: { b: [1] } },
      { op: "remove", path: "/a" },
    ],
    {},
  ],
];

describe("JSON Patch", () => {
  it.each(cases)("%s", (_name, document, patch, result) => {
    const before = JSON.stringify(document);
    expect(jsonPatch(document, patch)).toEqual(result);
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each([
    ["no list", {}, { op: "add" }, "a JSON Patch is a list"],
    ["unknown op", {}, [{ op: "swap", path: "/a" }], "op is none of"],
    ["missing parent", {}, [{ op: "add", path: "/a/b", value: 1 }], "does not exist"],
    ["missing target", {}, [{ op: "replace", path: "/a", value: 1 }], "does not exist"],
    [
      "index past the end",
      { a: [] },
      [{ op: "add", path: "/a/1", value: 1 }],
      "the list is shorter",
    ],
    ["no index", { a: [1] }, [{ op: "remove", path: "/a/01" }], "no list index"],
    ["failed test", { a: 1 }, [{ op: "test", path: "/a", value: "1" }], "the value differs"],
    [
      "move into itself",
      { a: {} },
      [{ op: "move", from: "/a", path: "/a/b" }],
      "cannot move into itself",
    ],
    ["inherited member", {}, [{ op: "test", path: "/toString", value: 1 }], "does not exist"],
  ])("refuses: %s", (_name, document, patch, message) => {
    expect(() => jsonPatch(document, patch)).toThrowError(message);
  });
});
