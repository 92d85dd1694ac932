import net from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isIP, isIPv4 } from "./is-ip.ts";

const piece = fc.constantFrom(
  ...["", "0", "00", "1", "ff", "FFFF", "10000", "g", ":", "::", "%", "%eth0", "%a b", " "],
  ...[".", "1.2.3.4", "1.2.3", "255", "256", "01", "-1", "-0", "1e1", "0x1", "NaN", "+1", "/64"],
);

test.each([
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(fc.ipV6(), fc.stringMatching(/^%[ -~]{0,6}$/)).map((parts) => parts.join("")),
  fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.array(piece, { maxLength: 9 }).map((parts) => parts.join(":")),
  fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(".")),
  fc.string(),
])("says of every text what node:net says of it (%#)", (texts) => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(isIP(text)).toBe(net.isIP(text));
      expect(isIPv4(text)).toBe(net.isIPv4(text));
    }),
    { numRuns: 2000 },
  );
});
