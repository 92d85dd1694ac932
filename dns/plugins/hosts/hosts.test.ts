import { describe, expect, test } from "vitest";
import { outcome, query, replying, serve, setUp } from "#test/support/plugin.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { plugin } from "./setup.ts";

const OPTIONS = "accepted: ttl, no_reverse, reload, fallthrough, fallthrough_unsupported";

test.each([
  ["hosts", "ok"],
  ["hosts /tmp/none example.org 10.0.0.0/24", "ok"],
  ["hosts {\n 10.0.0.1 a.test b.test\n ::1 a.test\n fallthrough\n}", "ok"],
  ["hosts {\n fallthrough example.org\n 10.0.0.1 a.test\n}", "ok"],
  ["hosts {\n fe80::1%eth0 a.test\n}", "ok"],
  ["hosts {\n ttl 60\n no_reverse\n reload 15s\n fallthrough\n fallthrough_unsupported\n}", "ok"],
  ["hosts {\n ttl 0\n}", "Corefile:3: ttl '0' is no integer from 1 to 65535"],
  ["hosts {\n ttl\n}", "Corefile:3: 'ttl' wants more words; it is written: ttl SECONDS"],
  ["hosts {\n ttl 65536\n}", "Corefile:3: ttl '65536' is no integer from 1 to 65535"],
  ["hosts {\n no_reverse now\n}", "Corefile:3: 'now' is too many; it is written: no_reverse"],
  [
    "hosts {\n reload 5\n}",
    "Corefile:3: reload '5' is no duration; it should look like 5s, 1m30s or 500ms",
  ],
  ["hosts {\n reload -5s\n}", "Corefile:3: reload '-5s' is negative"],
  [
    "hosts {\n fallthrogh\n}",
    `Corefile:3: 'fallthrogh' is unknown in hosts; did you mean 'fallthrough'? ${OPTIONS}`,
  ],
  ["hosts {\n 10.0.0.256 a.test\n}", `Corefile:3: '10.0.0.256' is unknown in hosts; ${OPTIONS}`],
  [
    "hosts {\n fallthrough_unsupported\n}",
    "Corefile:2: fallthrough_unsupported wants a fallthrough beside it",
  ],
  ["hosts x a..b", 'Corefile:2: zone of hosts: name "a..b." has an empty label'],
  [
    "hosts\nhosts",
    "Corefile:3: 'hosts' may stand once in a server block; it stands on line 2 already",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

const ENTRIES = `
  10.0.0.1 a.test A2.Test
  10.0.0.2 a.test
  fd00::1 a.test v6.test
  10.0.0.9 *.wild.test
  10.0.0.8 x.wild.test
  fd00::9 *.wild.test
  ::ffff:10.0.0.7 mapped.test
  10.0.0.3 elsewhere.example
  10.0.0.4 ..bad.. good.test`;

const hosts = (...options: string[]): string =>
  `hosts /nowhere/hosts test {\n${[ENTRIES, ...options].join("\n")}\n}`;

/** What comes of a query: the reply's lines but the question, "next" when it went on, "SERVFAIL" when refused. */
async function asked(lines: string, question: string): Promise<readonly string[]> {
  const verdict = await serve(setUp(plugin, lines), query(question), replying({ rcode: 9 }));
  if (verdict.kind === "refused") return [verdict.rcode === 2 ? "SERVFAIL" : `${verdict.rcode}`];
  if (verdict.plugin === "backend") return ["next"];
  const [status = "", , ...rest] = toZoneText(verdict.response).split("\n");
  expect(status).toBe(";; QUERY NOERROR qr aa rd");
  return rest.filter((line) => line !== ";; answer");
}

describe("queries", () => {
  const plain = hosts();
  const falling = hosts("fallthrough");
  const inTest = hosts("fallthrough sub.test");
  const all = hosts("fallthrough", "fallthrough_unsupported");
  test.each([
    [plain, "a.test. A", ["a.test. 3600 IN A 10.0.0.1", "a.test. 3600 IN A 10.0.0.2"]],
    [plain, "A.tesT. AAAA", ["A.tesT. 3600 IN AAAA fd00::1"]],
    [plain, "a2.test. A", ["a2.test. 3600 IN A 10.0.0.1"]],
    [plain, "a2.test. AAAA", []],
    [plain, "v6.test. A", []],
    [plain, "a.test. TXT", []],
    [plain, "none.test. A", ["SERVFAIL"]],
    [plain, "none.test. TXT", ["SERVFAIL"]],
    [plain, "below.a.test. A", ["SERVFAIL"]],
    [plain, "elsewhere.example. A", ["next"]],
    [plain, "elsewhere.example. TXT", ["next"]],
    [plain, "good.test. A", ["good.test. 3600 IN A 10.0.0.4"]],
    [plain, "mapped.test. A", ["mapped.test. 3600 IN A 10.0.0.7"]],
    [plain, "7.0.0.10.in-addr.arpa. PTR", ["7.0.0.10.in-addr.arpa. 3600 IN PTR mapped.test."]],
    [
      plain,
      "1.0.0.10.in-addr.arpa. PTR",
      ["1.0.0.10.in-addr.arpa. 3600 IN PTR a.test.", "1.0.0.10.in-addr.arpa. 3600 IN PTR a2.test."],
    ],
    [plain, "3.0.0.10.in-addr.arpa. PTR", ["next"]],
    [plain, "10.in-addr.arpa. PTR", ["next"]],
    [plain, "a.test. PTR", ["next"]],
    [plain, "1.0.0.10.in-addr.arpa. A", ["next"]],
    [hosts("no_reverse"), "1.0.0.10.in-addr.arpa. PTR", ["next"]],
    [hosts("ttl 60"), "a2.test. A", ["a2.test. 60 IN A 10.0.0.1"]],
    [falling, "none.test. A", ["next"]],
    [falling, "none.test. MX", ["next"]],
    [falling, "a.test. MX", []],
    [falling, "a2.test. AAAA", []],
    [inTest, "none.sub.test. A", ["next"]],
    [inTest, "none.test. A", ["SERVFAIL"]],
    [all, "a.test. MX", ["next"]],
    [all, "a2.test. AAAA", []],
    [plain, "any.wild.test. A", ["any.wild.test. 3600 IN A 10.0.0.9"]],
    [plain, "x.wild.test. A", ["x.wild.test. 3600 IN A 10.0.0.8"]],
    [plain, "x.wild.test. AAAA", ["x.wild.test. 3600 IN AAAA fd00::9"]],
    [plain, "wild.test. A", ["SERVFAIL"]],
    [plain, "two.any.wild.test. A", ["SERVFAIL"]],
    [plain, "9.0.0.10.in-addr.arpa. PTR", ["next"]],
  ])("%#: %s is asked for %s", async (lines, question, expected) => {
    expect(await asked(lines, question)).toEqual(expected);
  });
});
