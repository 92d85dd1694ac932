import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyName, arbitraryRecord } from "#test/zone-text/arbitrary-message.ts";
import { recordFromText, recordToText } from "./record-text.ts";
import { WireError } from "./wire-error.ts";

describe("canonical lines stay as they are", () => {
  test.each([
    "svc1.testns.svc.cluster.local. 5 IN A 10.0.0.1",
    "svc6.testns.svc.cluster.local. 5 IN AAAA 1234:abcd::1",
    "external.svc. 5 IN CNAME ext.interwebs.test.",
    "1.0.0.10.in-addr.arpa. 5 IN PTR svc1.testns.svc.cluster.local.",
    "cluster.local. 5 IN NS ns.dns.cluster.local.",
    "old. 5 IN DNAME new.",
    "mail. 300 IN MX 10 mx1.mail.",
    "_http._tcp.svc1. 5 IN SRV 0 100 80 svc1.",
    "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 4294967295 7200 1800 86400 5",
    'dns-version.cluster.local. 28800 IN TXT "1.1.0"',
    'texts. 0 CH TXT "" "say \\"hi\\"; \\\\ \\000\\255"',
    'host. 0 IN HINFO "ARM64" "Linux"',
    "odd\\.\\000\\@. 4294967295 CLASS42 TYPE4711 \\# 3 00ff7f",
    ". 0 IN TYPE4711 \\# 0",
    "a. 5 IN HTTPS \\# 3 000100",
  ])("%s", (line) => expect(recordToText(recordFromText(line))).toBe(line));
});

test.each([
  ["  a.   5  in \t a  10.0.0.1   ; a comment", "a. 5 IN A 10.0.0.1"],
  ["a. 5 IN AAAA 0:0::0001", "a. 5 IN AAAA ::1"],
  ["a. 5 IN TXT plain words", 'a. 5 IN TXT "plain" "words"'],
  ['a. 5 IN TXT "a;b" ; "c"', 'a. 5 IN TXT "a;b"'],
  ["a\\;b. 5 IN CNAME \\099.", "a\\;b. 5 IN CNAME c."],
  ["a. 5 IN TYPE1 10.0.0.1", "a. 5 IN A 10.0.0.1"],
  ["a. 5 IN TYPE4711 \\# 4 AB CD 0001", "a. 5 IN TYPE4711 \\# 4 abcd0001"],
])("%s is %s", (line, expected) => expect(recordToText(recordFromText(line))).toBe(expected));

describe("malformed lines", () => {
  test.each([
    ["", "a name is missing"],
    ["a 5 IN A 10.0.0.1", 'name "a" is not absolute'],
    ["a. IN A 10.0.0.1", '"IN" is no number from 0 to 4294967295'],
    ["a. 4294967296 IN A 10.0.0.1", "is no number from 0"],
    ["a. 5 A 10.0.0.1", '"A" is no record class'],
    ["a. 5 IN", '"" is no record type'],
    ["a. 5 IN AA 10.0.0.1", '"AA" is no record type'],
    ["a. 5 IN A", "an IPv4 address is missing"],
    ["a. 5 IN A ::1", '"::1" is no IPv4 address'],
    ["a. 5 IN A 10.0.0.1 10.0.0.2", '"10.0.0.2" is too much for A data'],
    ["a. 5 IN SRV 0 100 70000 b.", '"70000" is no number from 0 to 65535'],
    ["a. 5 IN CNAME b", 'name "b" is not absolute'],
    ["a. 5 IN TXT", "0 strings where one or more belong"],
    ["a. 5 IN HINFO x", "1 strings where 2 belong"],
    ['a. 5 IN TXT "open', "has nothing behind it"],
    ["a. 5 IN TYPE4711 00", "\\# LENGTH HEX"],
    ["a. 5 IN TYPE4711 \\# 2 00", "\\# LENGTH HEX"],
    ["a. 5 IN TYPE4711 \\# 1 0g", "\\# LENGTH HEX"],
  ])("%j", (line, reason) => {
    expect(() => recordFromText(line)).toThrow(WireError);
    expect(() => recordFromText(line)).toThrow(reason);
  });
});

test("any record survives its text", () => {
  fc.assert(
    fc.property(arbitraryRecord(anyName), (record) => {
      expect(recordFromText(recordToText(record))).toEqual(record);
    }),
  );
});
