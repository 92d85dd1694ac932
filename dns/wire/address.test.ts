import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readIPv4, readIPv6, writeIPv4, writeIPv6 } from "./address.ts";

function canonical(text: string): string | undefined {
  const bytes = new Uint8Array(16);
  if (writeIPv4(text, bytes, 0)) return readIPv4(bytes, 0);
  return writeIPv6(text, bytes, 0) ? readIPv6(bytes, 0) : undefined;
}

describe("text to bytes and back gives the canonical form", () => {
  test.each([
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0db8::0001", "2001:db8::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
    ["::ffff:a00:1", "::ffff:10.0.0.1"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
  ])("%s is %s", (text, expected) => expect(canonical(text)).toBe(expected));
});

test.each([
  "",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "01.2.3.4",
  "1.2.3.00",
  "1..3.4",
  "1.2.3.4 ",
  "1.2.3.-4",
  ":",
  ":::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1::2::3",
  "1:2:3:4::5:6:7:8",
  "12345::",
  "g::",
  "fe80::1%eth0",
  "1.2.3.4::",
  "::1.2.3",
  "::1.2.3.4:5",
  "[::1]",
])("%j is no address", (text) => expect(canonical(text)).toBeUndefined());

test("any 16 bytes survive their text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 0, 1, 0x10, 0xff), { minLength: 16, maxLength: 16 }),
      (octets) => {
        const again = new Uint8Array(16);
        expect(writeIPv6(readIPv6(Uint8Array.from(octets), 0), again, 0)).toBe(true);
        expect([...again]).toEqual(octets);
      },
    ),
  );
});
