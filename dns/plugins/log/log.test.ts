import { describe, expect, test } from "vitest";
import {
  outcome,
  type QueryOptions,
  query,
  refusing,
  replying,
  serve,
  setUp,
  testProcess,
} from "#test/support/plugin.ts";
import { records } from "#test/zone-text/zone-text.ts";
import type { ReplyParts } from "../../wire/reply.ts";
import { compileFormat, placeholders } from "./format.ts";
import { uncompressedBytes } from "./message-size.ts";
import { responseClass } from "./response-class.ts";
import { plugin } from "./setup.ts";

test.each([
  ["log", "ok"],
  ["log\nlog a.test", "ok"],
  ["log a.test b.test", "ok"],
  ['log . "{combined}"', "ok"],
  ["log {\n class denial error\n class success\n}", "ok"],
  ['log "{combined}"', "Corefile:2: the format '{combined}' wants a zone before it: log . FORMAT"],
  ["log a..test", 'Corefile:2: log: name "a..test." has an empty label'],
  ["log {\n class\n}", "Corefile:3: 'class' wants more words; it is written: class CLASS..."],
  [
    "log {\n class denail\n}",
    "Corefile:3: 'denail' is unknown in class; did you mean 'denial'? accepted: success, denial, error, all",
  ],
  [
    "log {\n klass all\n}",
    "Corefile:3: 'klass' is unknown in log; did you mean 'class'? accepted: class",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

async function logged(
  lines: string,
  asked: string,
  next: Parameters<typeof serve>[2],
): Promise<readonly string[]> {
  const process = testProcess();
  await serve(setUp(plugin, lines, process), query(asked), next);
  return process.log;
}

describe("which queries are logged", () => {
  const soa = records("test. 5 IN SOA ns.test. host.test. 1 2 3 4 5");
  const outcomes = {
    answer: replying({ answers: records("a.test. 5 IN A 10.0.0.1") }),
    nodata: replying({ authorities: soa }),
    nxdomain: replying({ rcode: 3, authorities: soa }),
    servfail: refusing(2),
  };
  test.each([
    ["log", "a.test.", ["answer", "nodata", "nxdomain", "servfail"]],
    ["log a.test", "A.Test.", ["answer", "nodata", "nxdomain", "servfail"]],
    ["log test", "a.test.", ["answer", "nodata", "nxdomain", "servfail"]],
    ["log est", "a.test.", []],
    ["log b.test", "a.test.", []],
    ["log {\n class success\n}", "a.test.", ["answer"]],
    ["log {\n class denial\n}", "a.test.", ["nodata", "nxdomain"]],
    ["log {\n class error\n}", "a.test.", ["servfail"]],
    ["log {\n class denial error\n}", "a.test.", ["nodata", "nxdomain", "servfail"]],
    ["log a.test {\n class error\n}\nlog", "a.test.", ["servfail"]],
    ["log b.test {\n class error\n}\nlog", "a.test.", ["answer", "nodata", "nxdomain", "servfail"]],
  ])("%j, query for %s: %j", async (lines, name, expected) => {
    const shown: string[] = [];
    for (const [title, next] of Object.entries(outcomes)) {
      if ((await logged(lines, name, next)).length > 0) shown.push(title);
    }
    expect(shown).toEqual(expected);
  });
});

test("the line starts with the level alone and measures the time", async () => {
  const [line] = await logged('log . "{name} {duration}"', "A.test.", refusing(5));
  expect(line).toMatch(/^\[INFO\] a\.test\. \d+(\.\d{1,9})?s$/);
});

describe("placeholders", () => {
  const v6 = { family: 6, address: "2001:db8::7", port: 5300 } as const;
  const edns = { udpPayloadBytes: 4096, dnssecOk: true };
  const answers = records(
    "foo.example.com. 0 IN A 127.0.0.1\n_udp.foo.example.com. 0 IN SRV 0 0 43733 .",
  );

  function render(
    format: string,
    options: QueryOptions = {},
    parts: ReplyParts = {},
    durationNs = 1n,
  ): string {
    const asked = query("Foo.example.com. AAAA", { id: 1598, ...options });
    const response = { ...asked.message, rcode: parts.rcode ?? 0, answers: parts.answers ?? [] };
    const flags = {
      ...response.flags,
      response: true,
      authoritative: parts.authoritative ?? false,
    };
    return compileFormat(format)({ query: asked, response: { ...response, flags }, durationNs });
  }

  test.each<[string, string, QueryOptions?, ReplyParts?, bigint?]>([
    ["{type} {class} {name} {proto}", "AAAA IN foo.example.com. udp"],
    ["{class}", "CH", { class: 3 }],
    ["{class}", "CLASS77", { class: 77 }],
    ["{remote}:{port}", "10.240.0.1:40212"],
    ["{remote}:{port}", "[2001:db8::7]:5300", { client: v6 }],
    ["{local}", "[::]"],
    ["{local}", "127.0.0.1", { server: "dns://127.0.0.1:53" }],
    ["{local}", "[::1]", { server: "dns://[::1]:53" }],
    ["{size}", "44", { sizeBytes: 44 }],
    ["{>id} {>opcode}", "1598 0"],
    ["{>do} {>bufsize}", "false 512"],
    ["{>do} {>bufsize}", "true 4096", { edns }],
    ["{>do} {>bufsize}", "false 512", { edns: { udpPayloadBytes: 100 } }],
    ["{>do} {>bufsize}", "true 65535", { edns, transport: "tcp" }],
    ["{rcode} {>rflags}", "NXDOMAIN qr,aa,rd", {}, { rcode: 3, authoritative: true }],
    ["{rcode}", "RCODE3000", {}, { rcode: 3000 }],
    ["{rsize}", "103", {}, { answers }],
    ["{duration}", "0.000895765s", {}, {}, 895_765n],
    ["{duration}", "0.00000007s", {}, {}, 70n],
    ["{duration}", "2s", {}, {}, 2_000_000_000n],
    ["{/kubernetes/client-pod}", "-"],
    ["{unknown} { {name} } {", "{unknown} { foo.example.com. } {"],
    [
      "{common}",
      '10.240.0.1:40212 - 1598 "AAAA IN foo.example.com. udp 44 false 4096" NOERROR qr,aa,rd 103 0.000895765s',
      { sizeBytes: 44, edns: { udpPayloadBytes: 4096 } },
      { authoritative: true, answers },
      895_765n,
    ],
    [
      "{combined}",
      '10.240.0.1:40212 - 1598 "AAAA IN foo.example.com. udp 30 false 512" NOERROR qr,rd 33 0.000000001s "0"',
    ],
  ])("%s becomes %s", (format, expected, options, parts, durationNs) => {
    expect(render(format, options, parts, durationNs)).toBe(expected);
  });

  test.each(placeholders)("%s leaves no braces", (placeholder) => {
    expect(render(placeholder)).not.toMatch(/[{}]/);
  });
});

test("sizes count names in full, whatever the type", () => {
  const answers = records(`
    a.test. 5 IN A 10.0.0.1
    a.test. 5 IN AAAA ::1
    a.test. 5 IN CNAME b.test.
    a.test. 5 IN MX 10 b.test.
    a.test. 5 IN SRV 0 0 80 b.test.
    a.test. 5 IN SOA b.test. c.test. 1 2 3 4 5
    a.test. 5 IN TXT "abc" ""
    a.test. 5 IN TYPE999 \\# 2 ABCD`);
  const { message } = query("a.test. A");
  const owners = answers.length * (8 + 10);
  const data = 4 + 16 + 8 + (2 + 8) + (6 + 8) + (8 + 8 + 20) + 5 + 2;
  expect(uncompressedBytes({ ...message, answers })).toBe(12 + (8 + 4) + owners + data);
});

test.each([
  ["an update", { opcode: 5 }, {}, "error"],
  ["a notify", { opcode: 4 }, {}, "error"],
  ["a delegation", {}, { authorities: records("test. 5 IN NS ns.test.") }, "success"],
  ["an empty answer without SOA", {}, {}, "success"],
  [
    "NXDOMAIN with answers",
    {},
    { rcode: 3, answers: records("a.test. 5 IN CNAME b.test.") },
    "error",
  ],
  ["REFUSED", {}, { rcode: 5 }, "error"],
] as const)(
  "%s is of the class error or success it has in CoreDNS",
  (_, options, parts, expected) => {
    const { message } = query("a.test.", options);
    expect(responseClass({ ...message, ...parts })).toBe(expected);
  },
);

test.each(["AXFR", "IXFR"])("%s is of class error", (type) => {
  expect(responseClass(query(`a.test. ${type}`).message)).toBe("error");
});
