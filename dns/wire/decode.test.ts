import { describe, expect, test } from "vitest";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { decodeMessage } from "./decode.ts";
import { WireError } from "./wire-error.ts";

/** Hex digits with blanks between, and words in quotes as they are. */
function bytes(text: string): Uint8Array {
  const parts = text.match(/"[^"]*"|[0-9a-f]{2}/g) ?? [];
  return Uint8Array.from(
    parts.flatMap((part) =>
      part.startsWith('"') ? [...Buffer.from(part.slice(1, -1))] : [Number.parseInt(part, 16)],
    ),
  );
}

/** A header with these counts, and what follows it. */
const message = (counts: string, rest = "") => bytes(`1234 0100 ${counts} ${rest}`);
const QUESTION = '01 "a" 00 0001 0001';
const OPT = "00 0029 04d0 00000000 0000";

test("the names of RFC 1035 §4.1.4 share their tails", () => {
  const question = '01 "F" 03 "ISI" 04 "ARPA" 00 0001 0001';
  const foo = '03 "FOO" c00c 0001 0001 00000005 0004 0a000002';
  const arpa = "c012 0002 0001 00000005 0002 c00e";
  const root = "00 0002 0001 00000005 0001 00";
  const decoded = decodeMessage(
    bytes(`1234 8580 0001 0001 0002 0000 ${question} ${foo} ${arpa} ${root}`),
  );
  expect(toZoneText(decoded)).toBe(
    [
      ";; QUERY NOERROR qr aa rd ra",
      ";; question F.ISI.ARPA. IN A",
      ";; answer",
      "FOO.F.ISI.ARPA. 5 IN A 10.0.0.2",
      ";; authority",
      ". 5 IN NS .",
      "ARPA. 5 IN NS ISI.ARPA.",
    ].join("\n"),
  );
});

describe("EDNS", () => {
  test("size, version, DO, options and the upper rcode bits", () => {
    const opt = "00 0029 04d0 01 02 8000 000a 000a 0002 beef 0003 0000";
    const decoded = decodeMessage(bytes(`1234 8105 0001 0000 0000 0001 ${QUESTION} ${opt}`));
    expect(decoded.rcode).toBe(0x15);
    expect(decoded.additionals).toEqual([]);
    expect(decoded.edns).toEqual({
      version: 2,
      udpPayloadBytes: 1232,
      dnssecOk: true,
      options: [
        { code: 10, data: bytes("be ef") },
        { code: 3, data: bytes("") },
      ],
    });
  });

  test("OPT may stand before other additionals", () => {
    const decoded = decodeMessage(
      message("0001 0000 0000 0002", `${QUESTION} ${OPT} c0 0c 0001 0001 00000005 0004 0a000001`),
    );
    expect(decoded.edns?.udpPayloadBytes).toBe(1232);
    expect(decoded.additionals).toHaveLength(1);
  });
});

test("SRV targets are read when compressed, which RFC 2782 forbids and servers do", () => {
  const srv = "c0 0c 0021 0001 00000005 0008 0000 0064 0050 c0 0c";
  const decoded = decodeMessage(message("0001 0001 0000 0000", `${QUESTION} ${srv}`));
  expect(toZoneText(decoded)).toContain("a. 5 IN SRV 0 100 80 a.");
});

test("bytes behind the message are ignored", () => {
  const plain = message("0001 0000 0000 0000", QUESTION);
  expect(decodeMessage(Uint8Array.from([...plain, 1, 2, 3]))).toEqual(decodeMessage(plain));
});

test("the result keeps nothing of a receive buffer that is used again", () => {
  const record = '01 "b" 00 1267 0001 00000005 0002 beef';
  const buffer = Buffer.from(message("0001 0001 0000 0000", `${QUESTION} ${record}`));
  const decoded = decodeMessage(buffer);
  const before = structuredClone(decoded);
  buffer.fill(0xff);
  expect(decoded).toEqual(before);
});

describe("hostile bytes", () => {
  const answer = (record: string) => message("0001 0001 0000 0000", `${QUESTION} ${record}`);
  const additional = (...records: string[]) =>
    message(`0001 0000 0000 000${records.length}`, `${QUESTION} ${records.join(" ")}`);
  const longLabels = `3f "${"x".repeat(63)}"`.repeat(3);
  const a = (length: string, data: string) => answer(`c0 0c 0001 0001 00000005 ${length} ${data}`);

  test.each<[string, Uint8Array, string]>([
    ["no bytes", bytes(""), "ends before"],
    ["half a header", bytes("1234 0100 0001"), "ends before"],
    ["a question announced, none there", message("0001 0000 0000 0000"), "over the end"],
    ["more questions than bytes", message("ffff 0000 0000 0000", QUESTION), "over the end"],
    ["more answers than bytes", message("0001 ffff ffff ffff", QUESTION), "over the end"],
    ["a question without type", message("0001 0000 0000 0000", '01 "a" 00 00'), "ends before"],
    ["a label over the end", message("0001 0000 0000 0000", '3f "a"'), "over the end"],
    ["a name without end", message("0001 0000 0000 0000", '01 "a"'), "over the end"],
    ["half a pointer", message("0001 0000 0000 0000", "c0"), "no known kind"],
    ["a pointer to itself", message("0001 0000 0000 0000", "c0 0c 0001 0001"), "no earlier name"],
    [
      "a pointer forward",
      message("0001 0000 0000 0000", "c0 12 0001 0001 0000 00"),
      "no earlier name",
    ],
    [
      "a pointer beyond the end",
      message("0001 0000 0000 0000", "ff ff 0001 0001"),
      "no earlier name",
    ],
    [
      "a pointer into the header",
      message("0001 0000 0000 0000", "c0 04 0001 0001"),
      "no earlier name",
    ],
    [
      "a pointer loop through a label",
      message("0001 0000 0000 0000", '01 "a" c0 0c 0001 0001'),
      "no earlier name",
    ],
    ["label kind 01", message("0001 0000 0000 0000", "41 00 0001 0001"), "no known kind"],
    ["label kind 10", message("0001 0000 0000 0000", "81 00 0001 0001"), "no known kind"],
    [
      "a name of 256 bytes",
      message("0001 0000 0000 0000", `${longLabels} 3e "${"x".repeat(62)}" 00 0001 0001`),
      "over 255",
    ],
    ["a record without length", answer("c0 0c 0001 0001 00000005"), "ends before"],
    ["RDLENGTH over the end", answer("c0 0c 1267 0001 00000005 ffff 00"), "ends before"],
    ["an A record of 3 bytes", a("0003", "0a0000"), "ends before"],
    ["an A record said to have 3 bytes", a("0003", "0a000001"), "not as long as announced"],
    ["an A record said to have 5 bytes", a("0005", "0a000001 00"), "not as long as announced"],
    ["an A record of no bytes", a("0000", "0a000001"), "not as long as announced"],
    [
      "a CNAME longer than its data",
      answer('c0 0c 0005 0001 00000005 0001 01 "b" 00'),
      "not as long as announced",
    ],
    [
      "a TXT string longer than its data",
      answer('c0 0c 0010 0001 00000005 0002 05 "bcdef"'),
      "not as long as announced",
    ],
    ["a TXT of no strings", answer("c0 0c 0010 0001 00000005 0000"), "0 strings"],
    ["a HINFO of one string", answer('c0 0c 000d 0001 00000005 0002 01 "b"'), "1 strings where 2"],
    ["two OPT records", additional(OPT, OPT), "a second OPT"],
    ["OPT with an owner", additional(`01 "b" ${OPT}`), "not the root"],
    ["OPT among the answers", answer(OPT), "outside the additional section"],
    ["an option over its end", additional("00 0029 04d0 00000000 0004 000a 0001"), "ends before"],
    ["half an option head", additional("00 0029 04d0 00000000 0002 000a"), "ends before"],
  ])("%s", (_, input, reason) => {
    expect(() => decodeMessage(input)).toThrow(WireError);
    expect(() => decodeMessage(input)).toThrow(reason);
  });

  test.each([
    [100, "read"],
    [200, "refused"],
  ])("a chain of %i pointers to pointers is %s", (count, verdict) => {
    const chainAt = 12 + 7 + 11;
    const pointer = (offset: number) => (0xc000 + offset).toString(16);
    const chain = Array.from({ length: count }, (_, i) =>
      pointer(i === 0 ? 12 : chainAt + 2 * i - 2),
    );
    const size = (2 * count).toString(16).padStart(4, "0");
    const opaque = `00 1267 0001 00000005 ${size} ${chain.join("")}`;
    const owner = pointer(chainAt + 2 * count - 2);
    const input = message(
      "0001 0002 0000 0000",
      `${QUESTION} ${opaque} ${owner} 0001 0001 00000005 0004 0a000001`,
    );
    if (verdict === "read") expect(decodeMessage(input).answers[1]?.name).toBe("a.");
    else expect(() => decodeMessage(input)).toThrow("no earlier name");
  });
});
