import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "#test/zone-text/arbitrary-message.ts";
import { RecordType } from "../wire/constants.ts";
import { encodeMessage } from "../wire/encode.ts";
import { layoutOf } from "./opt-record.ts";

test("the OPT record and the end are found in any message", () => {
  fc.assert(
    fc.property(arbitraryMessage(), (message) => {
      const bytes = Buffer.concat([encodeMessage(message), Buffer.from("junk")]);
      const { optAt, endAt } = layoutOf(bytes);
      expect(endAt).toBe(bytes.length - 4);
      expect(optAt === undefined).toBe(message.edns === undefined);
      if (optAt === undefined) return;
      expect([bytes[optAt], bytes.readUInt16BE(optAt + 1)]).toEqual([0, RecordType.OPT]);
      expect(bytes.readUInt16BE(optAt + 3)).toBe(message.edns?.udpPayloadBytes);
    }),
  );
});
