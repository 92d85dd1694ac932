import { describe, expect, test } from "vitest";
import { Rcode } from "./constants.ts";
import { headerOnlyReply, screenHeader } from "./header.ts";

const header = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("screenHeader", () => {
  test.each([
    ["a query", "1234 0100 0001 0000 0000 0000", "answer"],
    ["a query with OPT and TSIG", "1234 0100 0001 0000 0000 0002", "answer"],
    ["an IXFR query with its SOA", "1234 0000 0001 0000 0001 0000", "answer"],
    ["a query with an answer", "1234 0000 0001 0001 0000 0000", "answer"],
    ["a query with odd flags", "1234 07ff 0001 0000 0000 0000", "answer"],
    ["a response", "1234 8100 0001 0000 0000 0000", "ignore"],
    ["a response with another opcode", "1234 a800 0000 0000 0000 0000", "ignore"],
    ["eleven bytes", "1234 0100 0001 0000 0000 00", "ignore"],
    ["no bytes", "", "ignore"],
    ["STATUS", "1234 1000 0001 0000 0000 0000", "notimp"],
    ["NOTIFY", "1234 2400 0001 0001 0000 0000", "notimp"],
    ["UPDATE, whatever its counts", "1234 2800 0001 0009 0009 0009", "notimp"],
    ["no question", "1234 0100 0000 0000 0000 0000", "formerr"],
    ["two questions", "1234 0100 0002 0000 0000 0000", "formerr"],
    ["256 questions", "1234 0100 0100 0000 0000 0000", "formerr"],
    ["two answers", "1234 0100 0001 0002 0000 0000", "formerr"],
    ["two authorities", "1234 0100 0001 0000 0002 0000", "formerr"],
    ["three additionals", "1234 0100 0001 0000 0000 0003", "formerr"],
    ["256 additionals", "1234 0100 0001 0000 0000 0100", "formerr"],
  ])("%s", (_, hex, expected) => {
    const bytes = header(hex);
    expect(screenHeader(bytes, bytes.length)).toBe(expected);
  });

  test("the length counts, not what an earlier packet left in the buffer", () => {
    expect(screenHeader(header("1234 0100 0001 0000 0000 0000"), 11)).toBe("ignore");
  });
});

test.each([
  [
    "FORMERR with RD",
    "1234 0100 0002 0000 0000 0000",
    Rcode.FORMERR,
    "1234 8101 0000 0000 0000 0000",
  ],
  ["without RD", "ffff 0000 0002 0000 0000 0000", Rcode.FORMERR, "ffff 8001 0000 0000 0000 0000"],
  [
    "NOTIMP to UPDATE",
    "1234 2800 0001 0000 0001 0000",
    Rcode.NOTIMP,
    "1234 a804 0000 0000 0000 0000",
  ],
  [
    "CD copied, AA, TC, RA, AD and Z not",
    "1234 07ff 0002 0000 0000 0000",
    Rcode.REFUSED,
    "1234 8115 0000 0000 0000 0000",
  ],
])("headerOnlyReply: %s", (_, query, rcode, expected) => {
  expect(headerOnlyReply(header(`${query} 0161 00`), rcode)).toEqual(header(expected));
});
