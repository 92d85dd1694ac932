import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage, hostName } from "#test/zone-text/arbitrary-message.ts";
import { records } from "#test/zone-text/zone-text.ts";
import type { Message } from "./contract.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { fitMessage } from "./truncate.ts";

const lines = (count: number, line: (i: number) => string) =>
  records(Array.from({ length: count }, (_, i) => line(i)).join("\n"));

/** A header, a question, and records of 100 bytes each: 10 of name, type, class, TTL and length, the rest data. */
function message(answers: number, authorities: number, additionals: number): Message {
  const record = (i: number) => `svc. ${i} IN TYPE4711 \\# 88 ${"00".repeat(88)}`;
  return {
    id: 1,
    opcode: 0,
    rcode: 0,
    flags: {
      response: true,
      authoritative: true,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
    },
    questions: [{ name: "svc.", type: 4711, class: 1 }],
    answers: lines(answers, record),
    authorities: lines(authorities, record),
    additionals: lines(additionals, record),
  };
}

const counts = ({ answers, authorities, additionals }: Message) =>
  `${answers.length} ${authorities.length} ${additionals.length}`;
const edns = { version: 0, udpPayloadBytes: 1232, dnssecOk: true, options: [] };
/** Of the messages above without records. */
const EMPTY_BYTES = 12 + 5 + 4;

describe("whole records go from the end", () => {
  test.each<[string, Message, number, string, boolean]>([
    ["all fits", message(2, 1, 1), EMPTY_BYTES + 500, "2 1 1", false],
    ["all fits to the byte", message(5, 2, 1), EMPTY_BYTES + 800, "5 2 1", false],
    ["a byte short: an additional goes", message(5, 2, 1), EMPTY_BYTES + 799, "5 2 0", true],
    ["all additionals go before an authority", message(5, 2, 3), EMPTY_BYTES + 700, "5 2 0", true],
    ["authority goes before an answer", message(5, 2, 3), EMPTY_BYTES + 550, "5 0 0", true],
    ["answers go last", message(9, 1, 1), EMPTY_BYTES + 550, "5 0 0", true],
    ["OPT takes its room first", { ...message(5, 2, 1), edns }, EMPTY_BYTES + 800, "5 2 0", true],
    ["OPT fits too", { ...message(5, 2, 1), edns }, EMPTY_BYTES + 811, "5 2 1", false],
    ["a limit below 512 is 512", message(9, 0, 0), 100, "4 0 0", true],
    ["a limit above 65535 is 65535", message(700, 0, 0), 1e6, "655 0 0", true],
  ])("%s", (_, input, limitBytes, expected, truncated) => {
    const fitted = fitMessage(input, limitBytes);
    const decoded = decodeMessage(fitted.bytes);
    expect(counts(decoded)).toBe(expected);
    expect(fitted.truncated).toBe(truncated);
    expect(decoded.flags.truncated).toBe(truncated);
    expect(decoded.edns).toEqual(input.edns);
  });

  test("nothing small slips in behind the record that did not fit", () => {
    const big = records(`svc. 5 IN TYPE4711 \\# 600 ${"00".repeat(600)}`);
    const input = {
      ...message(1, 0, 0),
      answers: [...message(1, 0, 0).answers, ...big],
      additionals: records("svc. 5 IN A 1.2.3.4"),
    };
    expect(counts(decodeMessage(fitMessage(input, 512).bytes))).toBe("1 0 0");
  });
});

test("TC stays when it was set, though nothing was dropped", () => {
  const base = message(1, 0, 0);
  const fitted = fitMessage({ ...base, flags: { ...base.flags, truncated: true } }, 512);
  expect(fitted.truncated).toBe(false);
  expect(decodeMessage(fitted.bytes).flags.truncated).toBe(true);
});

test("options that leave no room go, OPT stays", () => {
  const options = [{ code: 12, data: new Uint8Array(600) }];
  const decoded = decodeMessage(
    fitMessage({ ...message(1, 0, 0), edns: { ...edns, options } }, 512).bytes,
  );
  expect(decoded.edns).toEqual(edns);
  expect(decoded.flags.truncated).toBe(true);
});

test("of any message it keeps a prefix, as long as possible", () => {
  fc.assert(
    fc.property(
      arbitraryMessage(hostName, 12),
      fc.integer({ min: 512, max: 1500 }),
      (input, limitBytes) => {
        const { bytes, truncated } = fitMessage(input, limitBytes);
        expect(bytes.length).toBeLessThanOrEqual(limitBytes);
        const kept = decodeMessage(bytes);
        expect(truncated).toBe(encodeMessage(input).length > limitBytes);
        expect(kept.questions).toEqual(input.questions);
        expect(kept.edns).toEqual(input.edns);
        const keptAll = [...kept.answers, ...kept.authorities, ...kept.additionals];
        const all = [...input.answers, ...input.authorities, ...input.additionals];
        expect(keptAll).toEqual(all.slice(0, keptAll.length));
        expect(truncated).toBe(keptAll.length < all.length);
        if (!truncated) return;
        const next = {
          ...input,
          answers: all.slice(0, keptAll.length + 1),
          authorities: [],
          additionals: [],
        };
        expect(encodeMessage(next).length).toBeGreaterThan(limitBytes);
      },
    ),
  );
});
