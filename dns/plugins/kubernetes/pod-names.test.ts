import { describe, expect, it } from "vitest";
import { podAddress } from "./pod-names.ts";

describe("podAddress", () => {
  it.each([
    ["10-240-0-1", "10.240.0.1"],
    ["255-255-255-255", "255.255.255.255"],
    ["fd00--1", "fd00::1"],
    ["--1", "::1"],
    ["1234-abcd--", "1234:abcd::"],
    ["1-2-3-4-5-6-7-8", "1:2:3:4:5:6:7:8"],
    // Any spelling of an address finds it; the canonical one is compared.
    ["fd00-0-0-0-0-0-0-1", "fd00::1"],
    ["FD00--A", "fd00::a"],
    ["fd00--000a", "fd00::a"],
    // Three dashes of which two are together: IPv6.
    ["1--2-3", "1::2:3"],
    ["1234-abcd--0", "1234:abcd::"],
  ])("%s is %s", (label, address) => {
    expect(podAddress(label)).toBe(address);
  });

  it.each([
    "",
    "blah",
    "10",
    "10-240-0",
    "10-240-0-256",
    "10-240-0-01",
    "10-240-0-1-1",
    "a-b-c-d",
    "10.240.0.1",
    "fd00-1",
    "1--2--3",
    "1-2-3-4-5-6-7-8-9",
    "fd00--12345",
    "fd00--g",
    "-10-240-0-1",
    "10-240-0-1-",
  ])("'%s' is no address", (label) => {
    expect(podAddress(label)).toBeUndefined();
  });
});
