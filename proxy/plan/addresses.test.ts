import { describe, expect, it } from "vitest";
import { parseCidr, unusable, withoutContained } from "./addresses.ts";

it.each([
  ["10.0.0.1", undefined],
  ["223.255.255.255", undefined],
  ["240.0.0.1", undefined],
  ["0.0.0.0", "unspecified"],
  ["127.1.2.3", "loopback"],
  ["169.254.20.10", "link-local"],
  ["169.253.0.1", undefined],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::2", undefined],
  ["fe80::1", "link-local"],
  ["febf::1", "link-local"],
  ["fec0::1", undefined],
  ["ff02::1", "multicast"],
  ["fd00::1", undefined],
])("%s is %s", (address, problem) => {
  expect(unusable(address)).toBe(problem);
});

describe("CIDRs", () => {
  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3/32", "10.1.2.3/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["FD00:0::1/64", "fd00::/64"],
    ["::/0", "::/0"],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0", undefined],
    ["10/8", undefined],
    ["fd00::/129", undefined],
    ["10.0.0.0/8/8", undefined],
    ["10.0.0.0/-1", undefined],
    ["", undefined],
  ])("%s is %s", (text, expected) => {
    expect(parseCidr(text)?.text).toBe(expected);
  });

  it.each([
    ["10.0.0.0/8", "10.255.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "fd00::1", false],
    ["0.0.0.0/0", "203.0.113.1", true],
    ["0.0.0.0/0", "fd00::1", false],
    ["fd00::/64", "fd00::ffff", true],
    ["fd00::/64", "fd00:0:0:1::1", false],
    ["10.1.2.3/32", "10.1.2.3", true],
  ])("%s holds %s: %s", (range, address, expected) => {
    expect(parseCidr(range)?.contains(address)).toBe(expected);
  });

  it("without contained ones are the widest, each once", () => {
    const texts = [
      "10.1.0.0/16",
      "10.0.0.0/8",
      "10.0.0.0/8",
      "192.0.2.0/24",
      "fd00::/64",
      "fd00::/8",
    ];
    const ranges = texts.flatMap((text) => parseCidr(text) ?? []);
    expect(withoutContained(ranges).map(({ text }) => text)).toEqual([
      "10.0.0.0/8",
      "192.0.2.0/24",
      "fd00::/8",
    ]);
  });
});
