import { describe, expect, test } from "vitest";
import { addressOfReverseName, reverseName } from "./reverse.ts";

const nibbles = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2";

describe("addresses and their reverse names", () => {
  test.each([
    ["10.0.0.1", "1.0.0.10.in-addr.arpa."],
    ["192.168.1.100", "100.1.168.192.in-addr.arpa."],
    ["2001:db8::1", `${nibbles}.ip6.arpa.`],
  ])("%s", (address, name) => {
    expect(reverseName(address)).toBe(name);
    expect(addressOfReverseName(name)).toBe(address);
    expect(addressOfReverseName(name.toUpperCase())).toBe(address);
  });

  test("what is no address has none", () => {
    expect(() => reverseName("10.0.0")).toThrow('"10.0.0" is no IP address');
  });
});

test.each([
  "0.0.10.in-addr.arpa.",
  "5.1.0.0.10.in-addr.arpa.",
  "256.0.0.10.in-addr.arpa.",
  "01.0.0.10.in-addr.arpa.",
  "svc1.0.0.10.in-addr.arpa.",
  "in-addr.arpa.",
  ".in-addr.arpa.",
  "1.0.0.10.in-addr.arpa.cluster.local.",
  "8.b.d.0.1.0.0.2.ip6.arpa.",
  `0.${nibbles}.ip6.arpa.`,
  `x${nibbles.slice(1)}.ip6.arpa.`,
  `10${nibbles.slice(3)}.ip6.arpa.`,
  "ip6.arpa.",
  "svc1.testns.svc.cluster.local.",
])("%s stands for no address", (name) => expect(addressOfReverseName(name)).toBeUndefined());
