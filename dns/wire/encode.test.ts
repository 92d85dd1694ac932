import { describe, expect, test } from "vitest";
import { record, records } from "#test/zone-text/zone-text.ts";
import type { Message, ResourceRecord } from "./contract.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { WireError } from "./wire-error.ts";

const query: Message = {
  id: 0x1234,
  opcode: 0,
  rcode: 0,
  flags: {
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
  },
  questions: [{ name: "F.ISI.ARPA.", type: 1, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
};
const edns = { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [] };
const answering = (text: string): Message => ({ ...query, answers: records(text) });

/** What stands behind the header and the question, printable ASCII as it is. */
function behindQuestion(message: Message): string {
  const rest = Buffer.from(encodeMessage(message)).subarray(12 + 12 + 4);
  return rest.toString("latin1").replace(/[^A-Za-z]/g, (c) => `<${c.charCodeAt(0).toString(16)}>`);
}

const HEAD = "<0><1><0><1><0><0><0><5>";

describe("compression", () => {
  test.each([
    ["an owner as asked", "F.ISI.ARPA. 5 IN A 1.2.3.4", `<c0><c>${HEAD}<0><4><1><2><3><4>`],
    ["a longer name", "FOO.F.ISI.ARPA. 5 IN A 1.2.3.4", `<3>FOO<c0><c>${HEAD}<0><4><1><2><3><4>`],
    ["a sibling", "G.ARPA. 5 IN A 1.2.3.4", `<1>G<c0><12>${HEAD}<0><4><1><2><3><4>`],
    ["the root, in one byte", ". 5 IN A 1.2.3.4", `<0>${HEAD}<0><4><1><2><3><4>`],
    [
      "another case is another name",
      "f.isi.arpa. 5 IN A 1.2.3.4",
      `<1>f<3>isi<4>arpa<0>${HEAD}<0><4><1><2><3><4>`,
    ],
    [
      "a tail in another case",
      "F.isi.ARPA. 5 IN A 1.2.3.4",
      `<1>F<3>isi<c0><12>${HEAD}<0><4><1><2><3><4>`,
    ],
    ["CNAME data", ". 5 IN CNAME G.ARPA.", `<0>${HEAD.replace("<1>", "<5>")}<0><4><1>G<c0><12>`],
    ["MX data", ". 5 IN MX 1 ISI.ARPA.", `<0>${HEAD.replace("<1>", "<f>")}<0><4><0><1><c0><e>`],
    [
      "SRV targets in full",
      ". 5 IN SRV 1 2 3 ARPA.",
      `<0>${HEAD.replace("<1>", "<21>")}<0><c><0><1><0><2><0><3><4>ARPA<0>`,
    ],
    [
      "DNAME targets in full",
      ". 5 IN DNAME ARPA.",
      `<0>${HEAD.replace("<1>", "<27>")}<0><6><4>ARPA<0>`,
    ],
  ])("%s", (_, text, expected) => expect(behindQuestion(answering(text))).toBe(expected));

  test("names that start beyond 16383 are not pointed to", () => {
    const filler = `filler. 5 IN TYPE4711 \\# 16384 ${"00".repeat(16_384)}`;
    const message = answering(`${filler}\nlate. 5 IN CNAME late.\nlate. 5 IN CNAME F.ISI.ARPA.`);
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
    expect(behindQuestion(message).match(/late/g)).toHaveLength(3);
  });

  test("one message leaves nothing behind for the next", () => {
    const first = encodeMessage(query);
    encodeMessage(answering('other.example. 5 IN TXT "x"'));
    expect(encodeMessage(query)).toEqual(first);
  });
});

describe("EDNS", () => {
  test("OPT comes last and carries the upper rcode bits", () => {
    const message = { ...query, rcode: 0x215, edns, additionals: records("a. 5 IN A 1.2.3.4") };
    const bytes = Buffer.from(encodeMessage(message));
    expect(bytes.readUInt16BE(2) & 0xf).toBe(5);
    expect(bytes.readUInt16BE(10)).toBe(2);
    expect(bytes.subarray(-11).toString("hex")).toBe("00002904d0210000000000");
  });

  test("is counted once, also when all sections are the same empty array", () => {
    const none: ResourceRecord[] = [];
    const message = { ...query, edns, answers: none, authorities: none, additionals: none };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });
});

describe("what has no wire form", () => {
  const a = record("a. 5 IN A 1.2.3.4");
  const text = (length: number) => ({
    ...query,
    answers: [{ ...record('a. 5 IN TXT "x"'), texts: ["x".repeat(length)] }] as ResourceRecord[],
  });
  test.each<[string, Message, string]>([
    ["an rcode above 15 without EDNS", { ...query, rcode: 16 }, "needs EDNS"],
    ["an rcode above 4095", { ...query, rcode: 4096, edns }, "4096 is no rcode"],
    ["an opcode above 15", { ...query, opcode: 16 }, "16 is no opcode"],
    ["an ID above 65535", { ...query, id: 65_536 }, "16 bits"],
    ["a TTL below 0", { ...query, answers: [{ ...a, ttlSeconds: -1 }] }, "32 bits"],
    ["half a second of TTL", { ...query, answers: [{ ...a, ttlSeconds: 0.5 }] }, "32 bits"],
    ["a relative name", { ...query, answers: [{ ...a, name: "a" }] }, "not absolute"],
    ["no name", { ...query, answers: [{ ...a, name: "" }] }, "empty"],
    [
      "a name of 256 bytes",
      { ...query, answers: [{ ...a, name: `${"x.".repeat(127)}.`.replace("x..", "yy.") }] },
      "over 255",
    ],
    [
      "a long name with a known tail",
      { ...query, answers: [{ ...a, name: `${"x.".repeat(125)}F.ISI.ARPA.` }] },
      "over 255",
    ],
    [
      "a bad address",
      { ...query, answers: [{ ...a, address: "1.2.3" } as ResourceRecord] },
      "no IPv4 address",
    ],
    ["a string over 255 bytes", text(256), "over 255 bytes"],
    [
      "OPT as a record",
      {
        ...query,
        additionals: [{ ...record(". 5 IN TYPE42 \\# 0"), typeCode: 41 } as ResourceRecord],
      },
      "message.edns",
    ],
  ])("%s", (_, message, reason) => {
    expect(() => encodeMessage(message)).toThrow(WireError);
    expect(() => encodeMessage(message)).toThrow(reason);
  });
});

describe("size", () => {
  const message = answering("F.ISI.ARPA. 5 IN A 1.2.3.4");

  test("a limit is kept to the byte", () => {
    const { length } = encodeMessage(message);
    expect(encodeMessage(message, { limitBytes: length })).toHaveLength(length);
    expect(() => encodeMessage(message, { limitBytes: length - 1 })).toThrow(
      `more than ${length - 1} bytes`,
    );
  });

  test.each<[string, Partial<Message>]>([
    [
      "questions",
      { questions: Array.from({ length: 60_000 }, () => ({ name: "a.bc.", type: 1, class: 1 })) },
    ],
    ["records", { answers: Array.from({ length: 5000 }, () => record("a. 5 IN A 1.2.3.4")) }],
    [
      "text",
      {
        answers: [
          {
            ...record('a. 5 IN TXT "x"'),
            texts: Array<string>(1000).fill("x".repeat(255)),
          } as ResourceRecord,
        ],
      },
    ],
    [
      "data",
      {
        answers: [
          { ...record("a. 5 IN TYPE4711 \\# 0"), data: new Uint8Array(200_000) } as ResourceRecord,
        ],
      },
    ],
    [
      "options",
      {
        edns: {
          ...edns,
          options: Array.from({ length: 3 }, () => ({ code: 1, data: new Uint8Array(60_000) })),
        },
      },
    ],
  ])("too many %s are an error however many", (_, parts) => {
    expect(() => encodeMessage({ ...query, ...parts })).toThrow(WireError);
  });
});
