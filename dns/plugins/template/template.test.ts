import { describe, expect, test } from "vitest";
import {
  outcome,
  type QueryOptions,
  query,
  replying,
  serve,
  setUp,
  testProcess,
} from "#test/support/plugin.ts";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import type { Lookup } from "../../contract.ts";
import { replyTo } from "../../wire/reply.ts";
import { plugin } from "./setup.ts";

const FORM = "template CLASS TYPE [ZONE...]";
const OPTIONS = "match, answer, additional, authority, rcode, ederror, fallthrough";
const block = (...options: string[]) => `template IN A {\n${options.join("\n")}\n}`;

test.each([
  ["template ANY ANY", "ok"],
  ["template IN A a.test 10.0.0.0/8\ntemplate in aaaa", "ok"],
  [block("match a b", 'answer "{{ .Name }} A 10.0.0.1" "{{ .Name }} A 10.0.0.2"'), "ok"],
  [block("answer {{.Group.a}}", "match (?P<a>.)"), "ok"],
  [block("rcode NXDOMAIN", "ederror 21 blocked", "fallthrough a.test", "upstream 8.8.8.8"), "ok"],
  ["template IN", `Corefile:2: 'template' wants more words; it is written: ${FORM}`],
  ["template XX A", "Corefile:2: class of template 'XX' is unknown; it should look like IN or ANY"],
  [
    "template IN WAT",
    "Corefile:2: type of template 'WAT' is unknown; it should look like A or ANY",
  ],
  [
    block("rcode WAT"),
    "Corefile:3: rcode 'WAT' is unknown; it should look like NXDOMAIN or REFUSED",
  ],
  [block("match"), "Corefile:3: 'match' wants more words; it is written: match REGEX..."],
  [
    block("match ("),
    expect.stringMatching(/^Corefile:3: match '\(' is no regular expression: .*Unterminated group/),
  ],
  [
    block(`match ${"a".repeat(10_001)}`),
    "Corefile:3: match has 10001 characters; at most 10000 are allowed",
  ],
  [block("answer"), "Corefile:3: 'answer' wants more words; it is written: answer RR..."],
  [
    block('answer "{{ .Name "'),
    "Corefile:3: answer '{{ .Name ' is no template: a '{{' is never closed",
  ],
  [
    block("match (?P<a>.)", "answer {{.Group.b}}"),
    "Corefile:4: template '{{.Group.b}}' takes the group 'b', which no match names",
  ],
  [
    block("ederror"),
    "Corefile:3: 'ederror' wants more words; it is written: ederror CODE [REASON]",
  ],
  [block("ederror x"), "Corefile:3: ederror 'x' is no integer from 0 to 65535"],
  [block("var x 1"), `Corefile:3: 'var' of template is not supported yet; supported: ${OPTIONS}`],
  [
    block("expr true"),
    `Corefile:3: 'expr' of template is not supported yet; supported: ${OPTIONS}`,
  ],
  [
    block("anser x"),
    expect.stringContaining("'anser' is unknown in template; did you mean 'answer'?"),
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toEqual(expected));

test.each([
  ["template ANY ANY", ["."]],
  ["template IN A a.test\ntemplate IN A b.test c.test", ["a.test.", "b.test.", "c.test."]],
])("%j must see queries of %j", (lines, zones) => {
  expect(setUp(plugin, lines).fastPath).toEqual({ kind: "needs-query", zones });
});

const lookup: Lookup = async (asked, name) =>
  name === "dead.test."
    ? undefined
    : replyTo(asked.message, {
        truncated: name === "cut.test.",
        answers: records(`${name} 30 IN A 10.9.9.9`),
      });

/** The reply's lines but the question, "next" when it went on, the rcode and error when refused. */
async function asked(
  lines: string,
  question: string,
  options: QueryOptions = {},
  process = testProcess(),
): Promise<readonly string[]> {
  const { services } = process;
  const shared = { ...services.shared, lookup };
  const instance = setUp(plugin, lines, { ...process, services: { ...services, shared } });
  const verdict = await serve(instance, query(question, options), replying({ rcode: 9 }));
  if (verdict.kind === "refused") return [`rcode ${verdict.rcode}`, verdict.error?.message ?? ""];
  if (verdict.plugin === "backend") return ["next"];
  const lines_ = toZoneText(verdict.response).split("\n");
  return lines_.filter((line) => !line.startsWith(";; question"));
}

const AUTHORITATIVE = ";; QUERY NOERROR qr aa rd";
const DENIED = ";; QUERY NXDOMAIN qr aa rd";

describe("queries", () => {
  const ip = `template IN A ip.test {
    match "^ip-(?P<a>\\d+)-(?P<b>\\d+)[.]ip[.]test[.]$" ^(\\d)(\\d)?[.]
    answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"
  }`;
  const groups = `template IN TXT test {
    match ^(a)(b)?
    answer "{{ .Name }} 60 TXT '{{ index .Match 1 }}' '{{ index .Match 2 }}' {{ .Remote }}"
  }`;
  const falling = "template IN A test {\n match ^a\n rcode NXDOMAIN\n fallthrough x.test\n}";
  const twoRules = `${falling}\ntemplate ANY ANY test {\n rcode REFUSED\n}`;
  const full = `template ANY ANY test {
    answer "{{ .Name }} {{ .Class }} {{ .Type }} 10.0.0.1"
    additional "x.test 60 IN A 10.0.0.2" "x.test 60 IN A 10.0.0.3"
    authority "{{ .Zone }} 60 IN NS ns.{{ .Zone }}"
  }`;
  const alias = (target: string) =>
    `template IN ANY test {\n answer "{{ .Name }} 60 CNAME ${target}"\n}`;

  test.each<[string, string, readonly string[]]>([
    ["template ANY ANY {\n rcode NXDOMAIN\n}", "any.name. TXT", [DENIED]],
    ["template IN ANY a.test b.a.test", "b.a.test. A", [AUTHORITATIVE]],
    ["template IN A test", "other. A", ["next"]],
    ["template IN A test", "a.test. AAAA", ["next"]],
    ["template CH A test", "a.test. A", ["next"]],
    ["template IN A test {\n rcode SERVFAIL\n}", "a.test. A", ["rcode 2", ""]],
    [ip, "ip-1-2.IP.test. A", [AUTHORITATIVE, ";; answer", "ip-1-2.ip.test. 60 IN A 10.0.1.2"]],
    [ip, "ip-1.ip.test. A", ["rcode 2", ""]],
    [ip, "ip-1-256.ip.test. A", ["rcode 2", '"10.0.1.256" is no IPv4 address']],
    [ip, "12.ip.test. A", ["rcode 2", "the pattern '^(\\d)(\\d)?[.]' has no group a"]],
    [
      groups,
      "a.test. TXT",
      [AUTHORITATIVE, ";; answer", `a.test. 60 IN TXT "'a'" "''" "10.240.0.1"`],
    ],
    [falling, "a.test. A", [DENIED]],
    [falling, "b.test. A", ["rcode 2", ""]],
    [falling, "b.x.test. A", ["next"]],
    [twoRules, "b.x.test. A", [";; QUERY REFUSED qr aa rd"]],
    [twoRules, "a.test. TXT", [";; QUERY REFUSED qr aa rd"]],
    [
      full,
      "a.test. A",
      [
        AUTHORITATIVE,
        ...[";; answer", "a.test. 3600 IN A 10.0.0.1"],
        ...[";; authority", "test. 60 IN NS ns.test."],
        ...[";; additional", "x.test. 60 IN A 10.0.0.2", "x.test. 60 IN A 10.0.0.3"],
      ],
    ],
    [
      alias("b.test"),
      "a.test. A",
      [AUTHORITATIVE, ";; answer", "a.test. 60 IN CNAME b.test.", "b.test. 30 IN A 10.9.9.9"],
    ],
    [
      alias("cut.test"),
      "a.test. A",
      [
        ";; QUERY NOERROR qr aa tc rd",
        ";; answer",
        "a.test. 60 IN CNAME cut.test.",
        "cut.test. 30 IN A 10.9.9.9",
      ],
    ],
    [
      alias("dead.test"),
      "a.test. A",
      [AUTHORITATIVE, ";; answer", "a.test. 60 IN CNAME dead.test."],
    ],
    [alias("b.test"), "a.test. TXT", [AUTHORITATIVE, ";; answer", "a.test. 60 IN CNAME b.test."]],
  ])("%#: %s is asked for %s", async (lines, question, expected) => {
    expect(await asked(lines, question)).toEqual(expected);
  });

  test("ANY stands for the type of the directive", async () => {
    const lines = 'template IN A test {\n answer "{{ .Name }} 60 {{ .Type }} 10.0.0.1"\n}';
    expect(await asked(lines, "a.test. ANY")).toContain("a.test. 60 IN A 10.0.0.1");
  });

  test("an extended error goes to clients with EDNS alone", async () => {
    const instance = setUp(plugin, 'template IN A {\n rcode NXDOMAIN\n ederror 21 "not here"\n}');
    const withEdns = await serve(instance, query("a.test.", { edns: {} }));
    const without = await serve(instance, query("a.test."));
    const data = Buffer.concat([Buffer.from([0, 21]), Buffer.from("not here")]);
    expect(withEdns).toMatchObject({ response: { edns: { options: [{ code: 15, data }] } } });
    expect(without).not.toHaveProperty("response.edns");
  });
});

test("matches and failures are counted where they happen", async () => {
  const lines = `template IN A test {
    match ^(?P<a>a) ^b
    answer "{{ .Group.a }}.test. 60 IN A 10.0.0.1"
    authority "none"
  }`;
  const process = testProcess();
  await asked(lines, "a.test. A", {}, process);
  await asked(lines, "b.test. A", {}, process);
  const text = await process.metrics.metrics();
  const labels = 'server="dns://:53",zone="test.",view="",class="IN",type="A"';
  expect(text).toContain(`coredns_template_matches_total{${labels}} 2`);
  expect(text).toContain(
    `coredns_template_template_failures_total{${labels},section="answer",template="{{ .Group.a }}.test. 60 IN A 10.0.0.1"} 1`,
  );
  expect(text).toContain(
    `coredns_template_rr_failures_total{${labels},section="authority",template="none"} 1`,
  );
});
