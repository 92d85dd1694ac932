import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "#test/zone-text/arbitrary-message.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";

test("a message comes back as it was, case and odd octets included", () => {
  fc.assert(
    fc.property(arbitraryMessage(), (message) => {
      expect(decodeMessage(encodeMessage(message))).toEqual(message);
    }),
    { numRuns: 500 },
  );
});

test("encoding settles: what was decoded encodes to the same bytes", () => {
  fc.assert(
    fc.property(arbitraryMessage(), (message) => {
      const bytes = encodeMessage(message);
      expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes);
    }),
  );
});
