import { describe, expect, test } from "vitest";
import {
  type QueryOptions,
  query,
  refusing,
  replying,
  serve,
  setUp,
  testProcess,
} from "#test/support/plugin.ts";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import type { Lookup, Next, Query } from "../../contract.ts";
import { typeName } from "../../wire/constants.ts";
import { type ReplyParts, replyTo } from "../../wire/reply.ts";
import { plugin } from "./setup.ts";

/** What the next plugin is asked, and what the client gets of its reply. */
async function rewritten(
  lines: string,
  question: string,
  parts: ReplyParts = {},
  options: QueryOptions = {},
) {
  let seen: Query | undefined;
  const next: Next = (asked) => {
    seen = asked;
    return replying(parts)(asked);
  };
  const asked = query(question, options);
  const verdict = await serve(setUp(plugin, lines), asked, next);
  if (verdict.kind === "refused") throw new Error(`refused: ${verdict.error?.message}`);
  expect(verdict.response.questions).toEqual([asked.question]);
  expect(seen?.message.questions).toEqual([seen?.question]);
  const [, , ...lines_] = toZoneText(verdict.response).split("\n");
  return {
    asked: `${seen?.question.name} ${typeName(seen?.question.type ?? 0)}`,
    seen,
    response: verdict.response,
    lines: lines_.filter((line) => !line.startsWith(";;")),
  };
}

describe("names asked for", () => {
  test.each([
    ["rewrite name a.test b.test", "A.Test. A", "b.test. A"],
    ["rewrite name a.test b.test", "x.a.test. A", "x.a.test. A"],
    ["rewrite name prefix foo bar", "foo.a.test. A", "bar.a.test. A"],
    ["rewrite name prefix foo bar", "food.a.test. A", "food.a.test. A"],
    ["rewrite name suffix .a.test .b.test", "x.a.test. A", "x.b.test. A"],
    ["rewrite name suffix .a.test .b.test", "a.test. A", "a.test. A"],
    ["rewrite name suffix a.test b.test", "xa.test. A", "xb.test. A"],
    ["rewrite name substring a.b c", "x.a.b.a.b.test. A", "x.c.c.test. A"],
    ["rewrite name regex (.*)-(us)\\.test {1}.x.{2}.y", "F-us.test. A", "f.x.us.y. A"],
    ["rewrite name regex ^(a)(b)? {1}{2}.{0}", "a.test. A", "a.a. A"],
    ["rewrite type ANY HINFO", "a.test. ANY", "a.test. HINFO"],
    ["rewrite type ANY HINFO", "a.test. A", "a.test. A"],
    ["rewrite name a.test b.test\nrewrite name b.test c.test", "a.test. A", "b.test. A"],
    ["rewrite continue name a.test b.test\nrewrite name b.test c.test", "a.test. A", "c.test. A"],
    ["rewrite continue name x.test b.test\nrewrite name a.test c.test", "a.test. A", "c.test. A"],
  ])("%j: %s becomes %s", async (lines, question, expected) => {
    expect((await rewritten(lines, question)).asked).toBe(expected);
  });

  test("class", async () => {
    const { seen, response } = await rewritten("rewrite class CH IN", "a.test.", {}, { class: 3 });
    expect(seen?.question.class).toBe(1);
    expect(response.questions[0]?.class).toBe(3);
  });

  test.each([
    ["rewrite name a.test b..test", "the rewritten name b..test. is none"],
    [`rewrite name a.test ${"b".repeat(64)}`, `the rewritten name ${"b".repeat(64)}. is none`],
  ])("%j is SERVFAIL", async (lines, message) => {
    expect(await serve(setUp(plugin, lines), query("a.test."))).toEqual({
      kind: "refused",
      rcode: 2,
      plugin: "rewrite",
      error: new Error(message),
    });
  });
});

describe("responses", () => {
  const answers = (text: string): ReplyParts => ({ answers: records(text) });
  const srv = "b.test. 5 IN SRV 0 0 80 x.b.test.\nx.b.test. 5 IN A 10.0.0.1";

  test.each<[string, string, ReplyParts, readonly string[]]>([
    [
      "rewrite name a.test b.test",
      "A.test. SRV",
      { ...answers(srv), additionals: records("x.B.test. 5 IN AAAA ::1") },
      ["A.test. 5 IN SRV 0 0 80 x.A.test.", "x.A.test. 5 IN A 10.0.0.1", "x.A.test. 5 IN AAAA ::1"],
    ],
    [
      "rewrite name prefix a b",
      "a.test. A",
      answers("b.test. 5 IN A 10.0.0.1"),
      ["b.test. 5 IN A 10.0.0.1"],
    ],
    [
      "rewrite name prefix a b answer auto",
      "a.test. A",
      answers("b.test. 5 IN A 10.0.0.1\nxb.test. 5 IN A 10.0.0.2"),
      ["a.test. 5 IN A 10.0.0.1", "xb.test. 5 IN A 10.0.0.2"],
    ],
    [
      "rewrite name suffix .a.test .b.test answer auto",
      "x.a.test. A",
      answers("x.b.test. 5 IN CNAME y.b.test.\ny.b.test. 5 IN A 10.0.0.1"),
      ["x.a.test. 5 IN CNAME y.a.test.", "y.a.test. 5 IN A 10.0.0.1"],
    ],
    [
      "rewrite stop {\n name regex (.*)-(us)\\.test {1}.x.{2}\n answer name (.*)\\.x\\.(us) {1}-{2}.test\n}",
      "f-us.test. A",
      answers("f.x.us. 5 IN A 10.0.0.1\nother. 5 IN A 10.0.0.2"),
      ["f-us.test. 5 IN A 10.0.0.1", "other. 5 IN A 10.0.0.2"],
    ],
    [
      "rewrite name suffix .arpa .arpa answer value (.*)\\.consul\\. {1}.test.",
      "1.in-addr.arpa. PTR",
      answers("1.in-addr.arpa. 5 IN PTR a.consul."),
      ["1.in-addr.arpa. 5 IN PTR a.test."],
    ],
    [
      "rewrite name suffix x x answer value consul test",
      "x. MX",
      {
        ...answers(
          "x. 5 IN MX 1 consul.\nx. 5 IN CNAME consul.\nx. 5 IN NS consul.\nx. 5 IN DNAME consul.",
        ),
        authorities: records("x. 5 IN SOA consul. consul. 1 2 3 4 5"),
      },
      [
        "x. 5 IN CNAME test.",
        "x. 5 IN DNAME test.",
        "x. 5 IN MX 1 test.",
        "x. 5 IN NS test.",
        "x. 5 IN SOA test. consul. 1 2 3 4 5",
      ],
    ],
    [
      "rewrite continue name a.test b.test\nrewrite name b.test c.test",
      "a.test. A",
      answers("c.test. 5 IN A 10.0.0.1"),
      ["a.test. 5 IN A 10.0.0.1"],
    ],
    [
      "rewrite name suffix .a .b answer name (.*)\\.b {1}..a",
      "x.a. A",
      answers("x.b. 5 IN A 10.0.0.1"),
      ["x.b. 5 IN A 10.0.0.1"],
    ],
    [
      "rewrite ttl a.test 30",
      "A.test. A",
      answers("a.test. 5 IN A 10.0.0.1"),
      ["a.test. 30 IN A 10.0.0.1"],
    ],
    [
      "rewrite ttl suffix .test 30-60",
      "a.test. A",
      answers("a.test. 5 IN A 10.0.0.1\nb.test. 45 IN A 10.0.0.1\nc.test. 90 IN A 10.0.0.1"),
      ["a.test. 30 IN A 10.0.0.1", "b.test. 45 IN A 10.0.0.1", "c.test. 60 IN A 10.0.0.1"],
    ],
    [
      "rewrite ttl regex ^a -3",
      "a.test. A",
      answers("a.test. 5 IN A 10.0.0.1"),
      ["a.test. 3 IN A 10.0.0.1"],
    ],
    [
      "rewrite ttl prefix a 9-",
      "a.test. A",
      answers("a.test. 5 IN A 10.0.0.1"),
      ["a.test. 9 IN A 10.0.0.1"],
    ],
    [
      "rewrite ttl substring b 9",
      "a.test. A",
      answers("a.test. 5 IN A 10.0.0.1"),
      ["a.test. 5 IN A 10.0.0.1"],
    ],
  ])("%#: %j, query for %s", async (lines, question, parts, expected) => {
    expect((await rewritten(lines, question, parts)).lines).toEqual(expected);
  });

  test.each([
    ["rewrite rcode a.test SERVFAIL NOERROR", 2, 0],
    ["rewrite rcode a.test 3 0", 2, 2],
    ["rewrite rcode suffix .other 2 0", 2, 2],
    ["rewrite continue rcode a.test 3 5\nrewrite rcode a.test 2 3", 2, 5],
  ])("%j turns rcode %i to %i, written or not", async (lines, rcode, expected) => {
    const instance = setUp(plugin, lines);
    const written = await serve(instance, query("a.test."), replying({ rcode }));
    expect(written).toMatchObject({ response: { rcode: expected } });
    const error = new Error("why");
    const refused = await serve(instance, query("a.test."), refusing(rcode, error));
    expect(refused).toMatchObject(
      expected === rcode
        ? { kind: "refused", rcode, error }
        : { kind: "replied", response: { rcode: expected } },
    );
  });

  test.each([
    ["with EDNS", { edns: {} }, 23],
    ["without EDNS, which cannot carry it", {}, 2],
  ])("an rcode above 15 goes to a client %s", async (_, options, expected) => {
    const lines = "rewrite rcode a.test NOERROR BADCOOKIE";
    expect((await rewritten(lines, "a.test.", {}, options)).response.rcode).toBe(expected);
  });

  test("a query that no rule matches passes untouched", async () => {
    const verdict = await replying({})(query("x.test."));
    const asked = query("x.test.");
    const passed = await serve(setUp(plugin, "rewrite name a.test b.test"), asked, async (seen) => {
      expect(seen).toBe(asked);
      return verdict;
    });
    expect(passed).toBe(verdict);
  });
});

describe("cname", () => {
  const parts = {
    answers: records(
      "app.test. 200 IN CNAME app.example.\napp.example. 200 IN CNAME App.cdn.test.\nApp.cdn.test. 5 IN A 10.0.0.1",
    ),
  };
  const redirected = async (lines: string, lookup: Lookup) => {
    const process = testProcess();
    const shared = { ...process.services.shared, lookup };
    const services = { ...process.services, shared };
    const instance = setUp(plugin, lines, { ...process, services });
    const verdict = await serve(instance, query("app.test. A"), replying(parts));
    if (verdict.kind === "refused") throw new Error("refused");
    return { text: toZoneText(verdict.response).split("\n").slice(3), log: process.log };
  };
  const found: Lookup = async ({ message }, name) =>
    replyTo(message, { truncated: true, answers: records(`${name} 100 IN A 10.9.9.9`) });

  test.each([
    ["rewrite cname app.cdn.test new.test", "new.test."],
    ["rewrite cname suffix .cdn.test .new.test", "app.new.test."],
    ["rewrite cname prefix app new", "new.cdn.test."],
    ["rewrite cname substring cdn.test new", "app.new."],
    ["rewrite cname regex (.*)\\.cdn\\.test\\. {1}.new.test.", "app.new.test."],
  ])("%j", async (lines, target) => {
    const first = lines.includes("prefix") ? [] : ["app.test. 200 IN CNAME app.example."];
    const owner = lines.includes("prefix") ? "app.test." : "app.example.";
    const at = lines.includes("prefix") ? "new.example." : target;
    expect((await redirected(lines, found)).text).toEqual(
      [...first, `${owner} 200 IN CNAME ${at}`, `${at} 100 IN A 10.9.9.9`].sort(),
    );
  });

  test("without an answer there everything stays, and the log says so", async () => {
    const { text, log } = await redirected(
      "rewrite cname app.cdn.test new.test",
      async () => undefined,
    );
    expect(text).toContain("App.cdn.test. 5 IN A 10.0.0.1");
    expect(log).toEqual([
      "[ERROR] plugin/rewrite: CNAME of app.test. is left alone: nobody could answer new.test.",
    ]);
  });

  test("another target is not looked up", async () => {
    const never: Lookup = () => Promise.reject(new Error("looked up"));
    expect((await redirected("rewrite cname other.test new.test", never)).log).toEqual([]);
  });
});

describe("edns0", () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const options = async (lines: string, asked: QueryOptions = {}) => {
    const { seen, response } = await rewritten(`rewrite edns0 ${lines}`, "a.test. MX", {}, asked);
    expect(response.edns === undefined).toBe(asked.edns === undefined);
    return seen?.message.edns?.options.map(({ code, data }) => `${code} ${hex(data)}`);
  };
  const local = { edns: { options: [{ code: 0xffee, data: Buffer.from("old") }] } };
  const others = {
    edns: {
      options: [
        { code: 3, data: Buffer.from("id") },
        { code: 8, data: Buffer.alloc(1) },
      ],
    },
  };
  const v6 = { client: { family: 6, address: "2001:db8:1:2ff::7", port: 5300 } } as const;
  const server = { server: "dns://[::1]:5353" };

  test.each<[string, QueryOptions, readonly string[] | undefined]>([
    ["local set 0xffee abcd", {}, ["65518 61626364"]],
    ["local set 0xffee 0x6162", local, ["65518 6162"]],
    ["local set 0xffee 0x", local, ["65518 "]],
    ["local append 0xffee abcd", local, ["65518 6f6c64"]],
    ["local append 0xffee abcd", others, ["3 6964", "8 00", "65518 61626364"]],
    ["local replace 0xffee abcd", local, ["65518 61626364"]],
    ["local replace 0xffee abcd", {}, undefined],
    ["local unset 0xffee", local, []],
    ["local set 1 {qname}", {}, [`1 ${hex(Buffer.from("a.test."))}`]],
    ["local set 1 {qtype}", {}, ["1 000f"]],
    ["local set 1 {client_ip}", {}, ["1 0af00001"]],
    ["local set 1 {client_ip}", v6, ["1 20010db8000102ff0000000000000007"]],
    ["local set 1 {client_port}", v6, ["1 14b4"]],
    ["local set 1 {protocol}", { transport: "tcp" }, [`1 ${hex(Buffer.from("tcp"))}`]],
    ["local set 1 {server_ip}", server, ["1 00000000000000000000000000000001"]],
    ["local set 1 {server_ip}", {}, undefined],
    ["local set 1 {server_port}", server, ["1 14e9"]],
    ["local set 1 {a/label}", {}, undefined],
    ["nsid set", {}, ["3 "]],
    ["nsid set", others, ["3 ", "8 00"]],
    ["nsid unset", others, ["8 00"]],
    ["subnet set 24 56", {}, ["8 000118000af000"]],
    ["subnet set 12 56", {}, ["8 00010c000af0"]],
    ["subnet set 0 0", {}, ["8 00010000"]],
    ["subnet set 24 63", v6, ["8 00023f0020010db8000102fe"]],
    ["subnet append 24 56", others, ["3 6964", "8 00"]],
    ["subnet replace 24 56", others, ["3 6964", "8 000118000af000"]],
    ["subnet unset", others, ["3 6964"]],
  ])("%s", async (lines, asked, expected) => {
    expect(await options(lines, asked)).toEqual(expected);
  });

  test.each([
    ["rewrite edns0 local set 0xffee new revert", local, "old"],
    ["rewrite edns0 local set 0xffee new revert", { edns: {} }, undefined],
    ["rewrite edns0 local set 0xffee new", local, "upstream"],
  ])("%j gives the client %s back", async (lines, asked, expected) => {
    const ednsOptions = [{ code: 0xffee, data: Buffer.from("upstream") }];
    const { response } = await rewritten(lines, "a.test.", { ednsOptions }, asked);
    expect(response.edns?.options.map(({ data }) => data.toString())).toEqual(
      expected === undefined ? [] : [expected],
    );
  });
});
