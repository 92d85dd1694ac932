import { describe, expect, it } from "vitest";
import { canonicalAddress } from "./address.ts";

describe("canonicalAddress", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["010.001.000.09", "10.1.0.9"],
    ["fd00::1", "fd00::1"],
    ["FD00:0:0::01", "fd00::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["::", "::"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    "",
    "None",
    "10.0.0",
    "10.0.0.0.1",
    "10.0.0.256",
    "10..0.1",
    "10.0.0.1 ",
    "1e1.0.0.1",
    "fe80::1%eth0",
    "fd00:::1",
    "0x0a.0.0.1",
    "10.0.0.1:80",
  ])("%j is none", (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
});
