import { describe, expect, test } from "vitest";
import {
  classCode,
  className,
  opcodeName,
  RecordType,
  rcodeCode,
  rcodeName,
  typeCode,
  typeName,
} from "./constants.ts";

describe("type names", () => {
  test.each([
    [1, "A"],
    [28, "AAAA"],
    [33, "SRV"],
    [65, "HTTPS"],
    [255, "ANY"],
    [4711, "TYPE4711"],
    [65_535, "TYPE65535"],
  ])("%i is %s, both ways", (code, name) => {
    expect(typeName(code)).toBe(name);
    expect(typeCode(name)).toBe(code);
    expect(typeCode(name.toLowerCase())).toBe(code);
  });

  test("a number in the generic form may have a name", () => expect(typeCode("TYPE28")).toBe(28));

  test.each(["", "FOO", "TYPE", "TYPE65536", "TYPE-1", "28", "constructor"])(
    "%j is no type",
    (word) => expect(typeCode(word)).toBeUndefined(),
  );

  test("no two names share a code", () => {
    const codes = Object.values(RecordType);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

test("classes, opcodes and rcodes have names too", () => {
  expect([className(1), className(3), className(42)]).toEqual(["IN", "CH", "CLASS42"]);
  expect([classCode("in"), classCode("CLASS42"), classCode("IM")]).toEqual([1, 42, undefined]);
  expect([opcodeName(0), opcodeName(4), opcodeName(9)]).toEqual(["QUERY", "NOTIFY", "OPCODE9"]);
  expect([rcodeName(3), rcodeName(16), rcodeName(99)]).toEqual(["NXDOMAIN", "BADVERS", "RCODE99"]);
  expect([rcodeCode("SERVFAIL"), rcodeCode("nope")]).toEqual([2, undefined]);
});
