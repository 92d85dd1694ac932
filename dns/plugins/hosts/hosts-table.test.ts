import { expect, test } from "vitest";
import { canonicalAddress, HostsTable } from "./hosts-table.ts";

const rules = { zones: ["."], reverse: true };

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["010.0.0.1", undefined],
  ["10.0.1", undefined],
  ["FD00::0:1", "fd00::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::ffff:a00:1", "10.0.0.1"],
  ["localhost", undefined],
  ["", undefined],
])("the address %j is %j", (text, expected) => expect(canonicalAddress(text)).toBe(expected));

test.each([
  ["", 0],
  ["# 10.0.0.1 a", 0],
  ["10.0.0.1", 0],
  ["10.0.0.1 a # b c", 2],
  ["\t10.0.0.1\ta\tb  \r\n::1 a", 6],
  ["10.0.0.1 *.a", 1],
  ["not an entry\n10.0.0.1 a\n", 2],
  [`10.0.0.1 ${"a".repeat(64)}`, 0],
  ["10.0.0.1 a..b", 0],
  ["10.0.0.1 a\\032b.test", 2],
])("%j has %i entries", (text, expected) => {
  expect(new HostsTable(text, rules).entries).toBe(expected);
});

test("a hundred thousand lines are all found", () => {
  const addressOf = (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
  const lines = Array.from({ length: 100_000 }, (_, i) => `${addressOf(i)} host-${i}.example.org`);
  const table = new HostsTable(lines.join("\n"), rules);
  expect(table.entries).toBe(200_000);
  for (let i = 0; i < lines.length; i += 997) {
    expect(table.addresses(`host-${i}.example.org.`, 4)).toEqual([addressOf(i)]);
    expect(table.names(addressOf(i))).toEqual([`host-${i}.example.org.`]);
  }
});
