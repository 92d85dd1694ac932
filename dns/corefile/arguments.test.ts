import { describe, expect, test } from "vitest";
import {
  readDurationMs,
  readHostPort,
  readInteger,
  readOneOf,
  readRegExp,
  readZones,
} from "./arguments.ts";
import type { Token } from "./contract.ts";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";
import { compileGoRegExp } from "./go-regexp.ts";
import { reverseZones } from "./reverse-zones.ts";
import { nearest } from "./suggest.ts";

const token = (text: string): Token => ({ file: "Corefile", line: 7, text });

/** The value, or the message without its place. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error.message.replace("Corefile:7: ", "") : error;
  }
}

test.each([
  ["5s", 5000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["250us", 0.25],
  ["250µs", 0.25],
  ["100ns", 0.0001],
  ["0", 0],
  ["+2s", 2000],
  ["-2s", -2000],
  ["", undefined],
  ["5", undefined],
  ["s", undefined],
  ["5 s", undefined],
  ["5x", undefined],
  ["5s1", undefined],
])("Go duration %j is %d ms", (text, ms) => {
  const parsed = parseGoDuration(text);
  if (ms === undefined) expect(parsed).toBeUndefined();
  else expect(parsed).toBeCloseTo(ms, 9);
});

test.each([
  [0, "0s"],
  [500, "500ms"],
  [5000, "5s"],
  [90_000, "1m30s"],
  [60_000, "1m0s"],
  [3_600_000, "1h0m0s"],
  [1500, "1.5s"],
  [-90_000, "-1m30s"],
])("%d ms is written %s", (ms, text) => expect(formatGoDuration(ms)).toBe(text));

describe("readers", () => {
  test.each<[string, () => unknown, unknown]>([
    ["a duration", () => readDurationMs(token("1m"), "ttl"), 60_000],
    [
      "no duration",
      () => readDurationMs(token("1 m"), "ttl"),
      "ttl '1 m' is no duration; it should look like 5s, 1m30s or 500ms",
    ],
    ["a negative duration", () => readDurationMs(token("-1m"), "ttl"), "ttl '-1m' is negative"],
    ["an integer", () => readInteger(token("3600"), "ttl", { min: 0, max: 3600 }), 3600],
    [
      "an integer too large",
      () => readInteger(token("3601"), "ttl", { min: 0, max: 3600 }),
      "ttl '3601' is no integer from 0 to 3600",
    ],
    [
      "a fraction",
      () => readInteger(token("1.5"), "ttl", { min: 0, max: 9 }),
      "ttl '1.5' is no integer from 0 to 9",
    ],
    [
      "an address",
      () => readHostPort(token("localhost:80"), "health"),
      { host: "localhost", port: 80 },
    ],
    ["a port alone", () => readHostPort(token(":80"), "health"), { host: "", port: 80 }],
    ["an IPv6 address", () => readHostPort(token("[::1]:80"), "health"), { host: "::1", port: 80 }],
    [
      "an IPv6 address without brackets",
      () => readHostPort(token("::1:80"), "health"),
      "health '::1:80' is no address; it should look like :8080, localhost:8080 or [::1]:8080",
    ],
    ["a word of several", () => readOneOf(token("info"), "level", ["info", "debug"]), "info"],
    [
      "another word",
      () => readOneOf(token("inof"), "level", ["info", "debug"]),
      "'inof' is unknown in level; did you mean 'info'? accepted: info, debug",
    ],
    ["no zones", () => readZones([], "kubernetes", ["."]), ["."]],
    [
      "zones",
      () => readZones([token("Cluster.Local"), token("10.0.0.0/15")], "kubernetes", []),
      ["cluster.local.", "0.10.in-addr.arpa.", "1.10.in-addr.arpa."],
    ],
    [
      "a bad block",
      () => readZones([token("10.0.0.0/99")], "kubernetes", []),
      "kubernetes '10.0.0.0/99' is no address block; it should look like 10.0.0.0/24 or fd00::/64",
    ],
    [
      "a bad zone",
      () => readZones([token("a..b")], "kubernetes", []),
      'kubernetes: name "a..b." has an empty label',
    ],
    ["a regular expression", () => readRegExp(token("(?i)^a"), "match"), /^a/i],
    [
      "none",
      () => readRegExp(token("(?U)a"), "match"),
      "match '(?U)a' is no regular expression: the flag U is not supported",
    ],
  ])("%s", (_, read, expected) => expect(attempt(read)).toEqual(expected));
});

test.each([
  ["(?i)time.?out$", "i/o TIMEOUT", true],
  ["(?s)a.b", "a\nb", true],
  ["^(?P<first>a)$", "a", true],
  ["^\\d+$", "12a", false],
])("Go pattern %j on %j", (pattern, text, matches) => {
  expect(compileGoRegExp(pattern).test(text)).toBe(matches);
});

test.each([
  ["10.0.0.0/8", ["10.in-addr.arpa."]],
  ["10.1.2.0/24", ["2.1.10.in-addr.arpa."]],
  ["10.1.2.3/32", ["3.2.1.10.in-addr.arpa."]],
  [
    "10.1.2.0/22",
    [
      "0.1.10.in-addr.arpa.",
      "1.1.10.in-addr.arpa.",
      "2.1.10.in-addr.arpa.",
      "3.1.10.in-addr.arpa.",
    ],
  ],
  ["0.0.0.0/0", ["in-addr.arpa."]],
  ["fd00::/8", ["d.f.ip6.arpa."]],
  ["2001:db8::/31", ["8.b.d.0.1.0.0.2.ip6.arpa.", "9.b.d.0.1.0.0.2.ip6.arpa."]],
  ["10.0.0.0/33", undefined],
  ["10.0.0/8", undefined],
  ["fd00::/129", undefined],
])("%s is covered by %j", (cidr, zones) => expect(reverseZones(cidr)).toEqual(zones));

test.each([
  ["prometeus", "prometheus"],
  ["lod", "log"],
  ["KUBERNETES", "kubernetes"],
  ["kube", "kubernetes"],
  ["forward", undefined],
  ["lo", "log"],
])("nearest to %s is %s", (word, expected) => {
  expect(nearest(word, ["errors", "log", "kubernetes", "prometheus"])).toBe(expected);
});
