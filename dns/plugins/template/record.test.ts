import { expect, test } from "vitest";
import { recordToText } from "../../wire/record-text.ts";
import { recordOf } from "./record.ts";

test.each([
  ["a.test. 60 IN A 10.0.0.1", "a.test. 60 IN A 10.0.0.1"],
  ["a.test A 10.0.0.1", "a.test. 3600 IN A 10.0.0.1"],
  ["a.test. IN 60 A 10.0.0.1", "a.test. 60 IN A 10.0.0.1"],
  ["a.test. 1h30m A 10.0.0.1", "a.test. 5400 IN A 10.0.0.1"],
  ["a.test. 60 CH TXT hello", 'a.test. 60 CH TXT "hello"'],
  ["a.test 60 IN CNAME b.test", "a.test. 60 IN CNAME b.test."],
  ["@ 60 IN NS ns.test", ". 60 IN NS ns.test."],
  ["a.test 60 IN MX 10 mail.test", "a.test. 60 IN MX 10 mail.test."],
  ["a.test 60 IN SRV 0 5 80 b.test", "a.test. 60 IN SRV 0 5 80 b.test."],
  [
    "test 60 IN SOA ns.test admin.test (1 60 1m\n 2h ; expire\n 60)",
    "test. 60 IN SOA ns.test. admin.test. 1 60 60 7200 60",
  ],
  ['a.test 60 IN TXT "(1; 2)" x', 'a.test. 60 IN TXT "(1; 2)" "x"'],
  ["a.test 60 IN TYPE65 \\# 2 abcd", "a.test. 60 IN HTTPS \\# 2 abcd"],
  ["", "there is no record in it"],
  ["; nor here", "there is no record in it"],
  ["a.test 60 IN A 10.0.0.256", '"10.0.0.256" is no IPv4 address'],
  ["a.test 60 IN WAT x", '"WAT" is no record type'],
  ["a.test 60 60 IN A 10.0.0.1", '"60" is no record type'],
])("%j", (text, expected) => {
  const read = () => {
    try {
      return recordToText(recordOf(text));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  expect(read()).toBe(expected);
});
