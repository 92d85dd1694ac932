import net from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { ipBytes, ipText, isIP, isIPv4, withoutMapping } from "./ip-text.ts";

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
      expect(ipBytes(text)?.length).toBe({ 0: undefined, 4: 4, 6: 16 }[net.isIP(text)]);
    }),
    { numRuns: 2000 },
  );
});

const addresses = fc.oneof(
  fc.ipV6(),
  fc.ipV4().map((text) => `::ffff:${text}`),
  fc
    .array(fc.constantFrom("0", "1", "abc"), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(":")),
);

test("gives IPv6 addresses the text that a URL gives them, and its bytes", () => {
  fc.assert(
    fc.property(addresses, (text) => {
      const bytes = ipBytes(text) ?? new Uint8Array();
      const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
      expect(ipText(bytes)).toBe(canonical);
      expect([...bytes]).toEqual(ipaddr.parse(canonical).toByteArray());
      expect([...withoutMapping(bytes)]).toEqual(ipaddr.process(canonical).toByteArray());
    }),
    { numRuns: 3000 },
  );
});

test("gives IPv4 addresses their bytes and back", () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      const bytes = ipBytes(text) ?? new Uint8Array();
      expect(bytes.join(".")).toBe(text);
      expect(ipText(bytes)).toBe(text);
    }),
  );
});
