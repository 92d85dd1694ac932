import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalName,
  foldName,
  isAbsolute,
  isSubdomain,
  labelCount,
  labelsOf,
  nameFromWire,
  nameToWire,
  parentName,
} from "./name.ts";
import { WireError } from "./wire-error.ts";

const wire = (...labels: (string | number[])[]) =>
  Uint8Array.from([
    ...labels.flatMap((l) => [l.length, ...(typeof l === "string" ? Buffer.from(l) : l)]),
    0,
  ]);
const label63 = "x".repeat(63);

describe("presentation and wire", () => {
  test.each([
    [".", wire()],
    ["svc1.Cluster.local.", wire("svc1", "Cluster", "local")],
    ["_http._tcp.a-b.", wire("_http", "_tcp", "a-b")],
    ["a\\.b.c.", wire("a.b", "c")],
    ["a\\\\.b.", wire("a\\", "b")],
    ['\\"\\$\\(\\)\\;\\@.', wire('"$();@')],
    ["\\000\\032\\255.", wire([0, 32, 255])],
    [`${label63}.`, wire(label63)],
  ])("%s", (text, bytes) => {
    expect(nameToWire(text)).toEqual(bytes);
    expect(nameFromWire(bytes)).toBe(text);
  });

  test.each([
    ["needless escapes", "\\a\\-.", wire("a-")],
    ["a letter as digits", "\\065.", wire("A")],
  ])("%s are understood", (_, text, bytes) => expect(nameToWire(text)).toEqual(bytes));

  test("the longest name has 255 bytes", () => {
    const longest = `${label63}.${label63}.${label63}.${"x".repeat(61)}.`;
    expect(nameToWire(longest)).toHaveLength(255);
    expect(nameFromWire(nameToWire(longest))).toBe(longest);
    expect(() => nameToWire(`x${longest}`)).toThrow("label over 63");
    expect(() => nameToWire(`y.${longest}`)).toThrow("over 255 bytes");
  });

  test.each([
    ["nothing", "", "the root is written ."],
    ["no last dot", "cluster.local", "its last dot is missing"],
    ["an escaped last dot", "local\\.", "its last dot is missing"],
    ["two dots", "a..b.", "an empty label"],
    ["a leading dot", ".a.", "an empty label"],
    ["a long label", `${label63}x.`, "a label over 63 bytes"],
    ["letters above ASCII", "straße.", "write it \\DDD"],
    ["a number above 255", "a\\256.", "escapes nothing"],
    ["a backslash at the end", "a\\", "escapes nothing"],
    ["endless text", "a.".repeat(100_000), "over 255 bytes"],
  ])("refuses %s", (_, text, message) => {
    expect(() => nameToWire(text)).toThrow(WireError);
    expect(() => nameToWire(text)).toThrow(message);
  });

  test("any octets survive", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 }).map((bytes) => [...bytes]);
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
        const bytes = wire(...labels);
        const text = nameFromWire(bytes);
        expect(nameToWire(text)).toEqual(bytes);
        expect(labelsOf(text)).toHaveLength(labels.length);
        expect(labelCount(text)).toBe(labels.length);
      }),
    );
  });
});

describe("canonicalName", () => {
  test.each([
    [".", "."],
    ["cluster.local", "cluster.local."],
    ["Cluster.LOCAL.", "cluster.local."],
    ["a\\.", "a\\.."],
    ["\\065\\;b", "a\\;b."],
  ])("%s is %s", (text, expected) => expect(canonicalName(text)).toBe(expected));

  test("refuses what is no name", () => expect(() => canonicalName("a..b")).toThrow(WireError));
});

test("folding leaves everything but A to Z alone", () => {
  const kelvin = "\u212a";
  expect(foldName(`SvC1.À${kelvin}\\065.`)).toBe(`svc1.À${kelvin}\\065.`);
});

describe("labels", () => {
  test.each([
    [".", [], undefined],
    ["local.", ["local"], "."],
    ["svc.cluster.local.", ["svc", "cluster", "local"], "cluster.local."],
    ["a\\.b.c.", ["a\\.b", "c"], "c."],
    ["a\\\\.b.", ["a\\\\", "b"], "b."],
  ])("of %s", (name, labels, parent) => {
    expect(labelsOf(name)).toEqual(labels);
    expect(labelCount(name)).toBe(labels.length);
    expect(parentName(name)).toBe(parent);
  });

  test.each([
    ["a.", true],
    [".", true],
    ["a", false],
    ["a\\.", false],
    ["a\\\\.", true],
  ])("%s absolute: %s", (name, expected) => expect(isAbsolute(name)).toBe(expected));
});

describe("isSubdomain", () => {
  test.each([
    ["svc.cluster.local.", "cluster.local.", true],
    ["SVC.Cluster.local.", "cluster.LOCAL.", true],
    ["cluster.local.", "cluster.local.", true],
    ["anything.", ".", true],
    [".", ".", true],
    [".", "local.", false],
    ["mycluster.local.", "cluster.local.", false],
    ["local.", "cluster.local.", false],
    ["a\\.local.", "local.", false],
    ["a\\\\.local.", "local.", true],
  ])("%s below %s: %s", (child, parent, expected) => {
    expect(isSubdomain(child, parent)).toBe(expected);
  });
});
