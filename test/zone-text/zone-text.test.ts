import { describe, expect, test } from "vitest";
import type { Message } from "#dns/wire/contract.ts";
import { record, records, toZoneText, zoneText } from "./zone-text.ts";

describe("records", () => {
  test("a line is a record, and the record is the line", () => {
    const line = "svc1.testns.svc.cluster.local. 5 IN A 10.0.0.1";
    expect(record(line)).toEqual({
      name: "svc1.testns.svc.cluster.local.",
      type: "A",
      class: 1,
      ttlSeconds: 5,
      address: "10.0.0.1",
    });
    expect(zoneText(record(line))).toBe(line);
  });

  test("many lines, with comments and gaps", () => {
    const text = `
      ; the services
      a. 5 IN A 10.0.0.1   ; the first

      b. 5 IN TXT "x ; y"
    `;
    expect(records(text).map(zoneText)).toEqual(["a. 5 IN A 10.0.0.1", 'b. 5 IN TXT "x ; y"']);
    expect(records("")).toEqual([]);
  });

  test("a malformed line says what is wrong with it", () => {
    expect(() => records("a. 5 IN A 10.0.0.1\na. 5 IN SRV 0 100 x b.")).toThrow(
      'cannot read "a. 5 IN SRV 0 100 x b." as OWNER TTL CLASS TYPE DATA: "x" is no number from 0 to 65535',
    );
  });
});

test("a message as text: status, EDNS, question, sections with sorted records", () => {
  const message: Message = {
    id: 99,
    opcode: 0,
    rcode: 3,
    flags: {
      response: true,
      authoritative: true,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
    },
    questions: [{ name: "b.", type: 33, class: 1 }],
    answers: records("b. 5 IN A 10.0.0.2\nb. 5 IN A 10.0.0.1"),
    authorities: [],
    additionals: records("c. 5 IN AAAA ::1"),
    edns: { version: 0, udpPayloadBytes: 1232, dnssecOk: true, options: [] },
  };
  expect(toZoneText(message)).toBe(
    [
      ";; QUERY NXDOMAIN qr aa rd",
      ";; edns version 0 udp 1232 do",
      ";; question b. IN SRV",
      ";; answer",
      "b. 5 IN A 10.0.0.1",
      "b. 5 IN A 10.0.0.2",
      ";; additional",
      "c. 5 IN AAAA ::1",
    ].join("\n"),
  );
});
