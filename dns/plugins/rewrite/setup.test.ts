import { expect, test } from "vitest";
import { outcome, setUp } from "#test/support/plugin.ts";
import { plugin } from "./setup.ts";

const KINDS = "[exact|prefix|suffix|substring|regex]";
const NAME_FORM = `name ${KINDS} FROM TO [answer auto|name|value ...]`;
const EDNS_FORM = "edns0 local|nsid|subnet set|append|replace|unset ... [revert]";
const ANSWER_FORM = "Corefile:2: 'answer' is written: answer auto, or answer name|value FROM TO";
const fields = "accepted: name, type, class, edns0, ttl, cname, rcode";

test.each([
  ["rewrite name a.test b.test", "ok"],
  ["rewrite CONTINUE name Exact a.test b.test answer auto\nrewrite stop type ANY HINFO", "ok"],
  ["rewrite stop {\n name regex (.*) {1}.x\n answer name (.*)\\.x {1}\n}", "ok"],
  ["rewrite {\n name\n suffix a b\n}", "ok"],
  ["rewrite name prefix a b answer name x y value x y answer value z w", "ok"],
  ["rewrite class ch in", "ok"],
  ["rewrite ttl a.test 30-\nrewrite ttl regex .* -300\nrewrite ttl suffix a 30-30", "ok"],
  ["rewrite rcode a.test SERVFAIL 0\nrewrite rcode substring a nxdomain noerror", "ok"],
  ["rewrite cname a.test b.test\nrewrite cname regex (.*) {0}.x", "ok"],
  ["rewrite edns0 local set 0xffee 0x61626364 revert", "ok"],
  ["rewrite edns0 local append 65518 abcd\nrewrite edns0 local replace 1 {qname}", "ok"],
  ["rewrite edns0 local set 1 {a/label}\nrewrite edns0 local unset 0xffee", "ok"],
  ["rewrite edns0 nsid set\nrewrite edns0 nsid replace revert\nrewrite edns0 nsid unset", "ok"],
  ["rewrite edns0 subnet set 24 56\nrewrite edns0 subnet unset", "ok"],
  [
    "rewrite",
    "Corefile:2: 'rewrite' wants more words; it is written: rewrite [continue|stop] FIELD ...",
  ],
  [
    "rewrite stop",
    "Corefile:2: 'rewrite' wants more words; it is written: rewrite [continue|stop] FIELD ...",
  ],
  ["rewrite nam a b", `Corefile:2: 'nam' is unknown in rewrite; did you mean 'name'? ${fields}`],
  ["rewrite answer auto", "Corefile:2: an answer rule stands behind the name rule it is of"],
  [
    "rewrite name a b {\n answer auto\n}",
    "Corefile:3: a rule stands on its line or in a block, not in both",
  ],
  ["rewrite name a", `Corefile:2: 'name' wants more words; it is written: ${NAME_FORM}`],
  [
    "rewrite name sufix a b",
    "Corefile:2: 'sufix' is unknown in name; did you mean 'suffix'? accepted: exact, prefix, suffix, substring, regex",
  ],
  ["rewrite name exact a b c", `Corefile:2: 'c' is too many; it is written: ${NAME_FORM}`],
  [
    "rewrite name regex ( b",
    expect.stringMatching(/^Corefile:2: name '\(' is no regular expression: .*Unterminated group/),
  ],
  [
    `rewrite name regex ${"a".repeat(10_001)} b`,
    "Corefile:2: name has 10001 characters; at most 10000 are allowed",
  ],
  [
    "rewrite name regex (a)(?:b) {1}{2}",
    "Corefile:2: name '{1}{2}.' has {2}, but the pattern has 1 groups",
  ],
  ["rewrite name suffix a b answer", ANSWER_FORM],
  ["rewrite name suffix a b answer name x", ANSWER_FORM],
  [
    "rewrite name suffix a b answer other",
    "Corefile:2: 'other' is unknown in answer; accepted: auto, name, value",
  ],
  [
    "rewrite name suffix a b answer auto name x y",
    "Corefile:2: answer name and answer auto exclude each other",
  ],
  [
    "rewrite name regex a b answer value (.*) {2}",
    "Corefile:2: answer value '{2}.' has {2}, but the pattern has 1 groups",
  ],
  ["rewrite type A", "Corefile:2: 'type' wants more words; it is written: type FROM TO"],
  ["rewrite type A B C", "Corefile:2: 'C' is too many; it is written: type FROM TO"],
  ["rewrite type A WAT", "Corefile:2: type 'WAT' is unknown; it should look like A or MX"],
  ["rewrite class IN XX", "Corefile:2: class 'XX' is unknown; it should look like IN or CH"],
  [
    "rewrite ttl a.test",
    `Corefile:2: 'ttl' wants more words; it is written: ttl ${KINDS} NAME SECONDS|MIN-MAX|MIN-|-MAX`,
  ],
  ...["x", "-", "30-20", "1-2-3", "4294967296", "1s"].map((range): [string, string] => [
    `rewrite ttl a.test ${range}`,
    `Corefile:2: ttl '${range}' is no time; it should look like 30, 30-300, 30- or -300`,
  ]),
  [
    "rewrite rcode a.test 2",
    `Corefile:2: 'rcode' wants more words; it is written: rcode ${KINDS} NAME FROM TO`,
  ],
  [
    "rewrite rcode a.test 24 0",
    "Corefile:2: rcode '24' is unknown; it should look like SERVFAIL or 2",
  ],
  [
    "rewrite cname a",
    `Corefile:2: 'cname' wants more words; it is written: cname ${KINDS} FROM TO`,
  ],
  ["rewrite edns0 local", `Corefile:2: 'edns0' wants more words; it is written: ${EDNS_FORM}`],
  [
    "rewrite edns0 cookie set",
    "Corefile:2: 'cookie' is unknown in edns0; accepted: local, nsid, subnet",
  ],
  [
    "rewrite edns0 local add 1 a",
    "Corefile:2: 'add' is unknown in edns0; accepted: set, append, replace, unset",
  ],
  [
    "rewrite edns0 local set 1",
    "Corefile:2: 'edns0 local set' wants more words; it is written: edns0 local set CODE DATA [revert]",
  ],
  [
    "rewrite edns0 local set 65536 a",
    "Corefile:2: edns0 local '65536' is no option code; it should look like 0xffee or 65518",
  ],
  [
    "rewrite edns0 local set 1 0x123",
    "Corefile:2: edns0 local '0x123' is no hexadecimal data; it should look like 0xc0a8",
  ],
  [
    "rewrite edns0 local set 1 {dummy}",
    "Corefile:2: edns0 local '{dummy}' is no variable; there are {qname}, {qtype}, {client_ip}, {client_port}, {protocol}, {server_ip}, {server_port}",
  ],
  ["rewrite edns0 nsid set x", "Corefile:2: 'x' is too many; it is written: edns0 nsid set"],
  [
    "rewrite edns0 subnet set 33 56",
    "Corefile:2: edns0 subnet set '33' is no integer from 0 to 32",
  ],
  [
    "rewrite edns0 subnet set 24 129",
    "Corefile:2: edns0 subnet set '129' is no integer from 0 to 128",
  ],
  [
    "rewrite edns0 subnet unset 24",
    "Corefile:2: '24' is too many; it is written: edns0 subnet unset",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toEqual(expected));

test.each<[string, readonly string[] | undefined]>([
  ["rewrite name A.test b.test", ["a.test."]],
  ["rewrite name suffix .a.test .b.test", ["a.test."]],
  ["rewrite name suffix a.test b.test", ["test."]],
  ["rewrite name suffix test b.test", ["."]],
  ["rewrite name suffix . b.test.", ["."]],
  ["rewrite name a.test b.test\nrewrite ttl suffix .c.test 5", ["a.test.", "c.test."]],
  ["rewrite rcode a.test 2 0", ["a.test."]],
  ["rewrite name a.test b.test\nrewrite name prefix c d", undefined],
  ["rewrite name regex ^a$ b", undefined],
  ["rewrite type A AAAA", undefined],
  ["rewrite cname a.test b.test", undefined],
])("%j must see queries of %j", (lines, zones) => {
  const everything = { kind: "needs-query" };
  expect(setUp(plugin, lines).fastPath).toEqual(
    zones === undefined ? everything : { ...everything, zones },
  );
});
