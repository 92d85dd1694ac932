import { describe, expect, test } from "vitest";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import { Opcode, Rcode } from "./constants.ts";
import type { Edns, Message, MessageFlags } from "./contract.ts";
import { badVersionReply, hasBadVersion, replyTo, udpLimitBytes } from "./reply.ts";

const noFlags: MessageFlags = {
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
};
const query: Message = {
  id: 7,
  opcode: Opcode.QUERY,
  rcode: 0,
  flags: { ...noFlags, recursionDesired: true },
  questions: [{ name: "SvC1.cluster.local.", type: 1, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
};
const asking = (edns: Partial<Edns>): Message => ({
  ...query,
  edns: { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [], ...edns },
});

describe("replyTo", () => {
  test("echoes the question as asked and sets what the parts say", () => {
    const reply = replyTo(query, {
      authoritative: true,
      answers: records("SvC1.cluster.local. 5 IN A 10.0.0.1"),
    });
    expect(reply.id).toBe(7);
    expect(toZoneText(reply)).toBe(
      [
        ";; QUERY NOERROR qr aa rd",
        ";; question SvC1.cluster.local. IN A",
        ";; answer",
        "SvC1.cluster.local. 5 IN A 10.0.0.1",
      ].join("\n"),
    );
  });

  test.each<[string, Message, string]>([
    [
      "RD and CD are copied, no other flag",
      {
        ...query,
        flags: {
          ...noFlags,
          recursionDesired: true,
          checkingDisabled: true,
          authenticData: true,
          truncated: true,
          authoritative: true,
        },
      },
      ";; QUERY REFUSED qr rd cd",
    ],
    ["RD clear stays clear", { ...query, flags: noFlags }, ";; QUERY REFUSED qr"],
    [
      "other opcodes get neither",
      { ...query, opcode: Opcode.NOTIFY, flags: { ...query.flags, checkingDisabled: true } },
      ";; NOTIFY REFUSED qr",
    ],
  ])("%s", (_, asked, status) => {
    expect(toZoneText(replyTo(asked, { rcode: Rcode.REFUSED })).split("\n")[0]).toBe(status);
  });
});

describe("EDNS in the reply", () => {
  const option = { code: 3, data: Uint8Array.of(1) };
  test.each<[string, Message, Edns | undefined]>([
    ["none unasked", query, undefined],
    [
      "the client's size",
      asking({ udpPayloadBytes: 4096 }),
      { version: 0, udpPayloadBytes: 4096, dnssecOk: false, options: [] },
    ],
    [
      "its size below 512 too",
      asking({ udpPayloadBytes: 100 }),
      { version: 0, udpPayloadBytes: 100, dnssecOk: false, options: [] },
    ],
    [
      "DO copied",
      asking({ dnssecOk: true }),
      { version: 0, udpPayloadBytes: 1232, dnssecOk: true, options: [] },
    ],
    [
      "no option echoed",
      asking({ options: [option] }),
      { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [] },
    ],
  ])("%s", (_, asked, expected) => expect(replyTo(asked, {}).edns).toEqual(expected));

  test("a plugin's options are sent to those who speak EDNS", () => {
    expect(replyTo(asking({}), { ednsOptions: [option] }).edns?.options).toEqual([option]);
    expect(replyTo(query, { ednsOptions: [option] }).edns).toBeUndefined();
  });
});

test("an unknown EDNS version is answered with BADVERS and version 0", () => {
  expect([query, asking({}), asking({ version: 1 })].map(hasBadVersion)).toEqual([
    false,
    false,
    true,
  ]);
  const reply = badVersionReply(asking({ version: 1 }));
  expect(reply.rcode).toBe(Rcode.BADVERS);
  expect(reply.edns?.version).toBe(0);
});

test.each<[Message, number]>([
  [query, 512],
  [asking({ udpPayloadBytes: 100 }), 512],
  [asking({ udpPayloadBytes: 1232 }), 1232],
  [asking({ udpPayloadBytes: 65_535 }), 65_535],
])("a reply over UDP has at most what the client takes", (asked, bytes) => {
  expect(udpLimitBytes(asked)).toBe(bytes);
});
