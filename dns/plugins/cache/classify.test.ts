import { describe, expect, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import { records } from "#test/zone-text/zone-text.ts";
import { RecordType } from "../../wire/constants.ts";
import type { Message, ResourceRecord } from "../../wire/contract.ts";
import { type ReplyParts, replyTo } from "../../wire/reply.ts";
import { cacheOf, isCacheable, isReplyTo, kindOf, lifetimeSeconds } from "./classify.ts";
import type { CacheOptions } from "./contract.ts";

const NOW = 1_700_000_000;
const SOA = "example.org. 40 IN SOA ns.example.org. root.example.org. 1 2 3 4 5";
const NS = "example.org. 50 IN NS ns.example.org.";
const A = "www.example.org. 60 IN A 10.0.0.1";
const ALIAS = "www.example.org. 60 IN CNAME a.example.org.";
const options: CacheOptions = {
  zones: ["."],
  success: { capacity: 1024, maxTtlSeconds: 3600, minTtlSeconds: 5, except: [] },
  denial: { capacity: 1024, maxTtlSeconds: 1800, minTtlSeconds: 4, except: [] },
  failureTtlSeconds: 7,
  stale: { maxAgeSeconds: 0, verify: false, verifyTimeoutMs: 0, ttlSeconds: 0, recheckMs: 0 },
  preferPositive: false,
  keepTtl: false,
};

interface Sections extends Omit<ReplyParts, "answers" | "authorities" | "additionals"> {
  readonly asked?: string;
  readonly answers?: string;
  readonly authorities?: string;
  readonly additionals?: string;
}

function reply({ asked, answers, authorities, additionals, ...rest }: Sections): Message {
  return replyTo(query(asked ?? "www.example.org. A").message, {
    ...rest,
    answers: records(answers ?? ""),
    authorities: records(authorities ?? ""),
    additionals: records(additionals ?? ""),
  });
}

/** "answer, success 60", or the kind and "not kept". */
function fate(message: Message): string {
  const kind = kindOf(message, NOW);
  const ttl = lifetimeSeconds(kind, message, options);
  return isCacheable(kind, message) ? `${kind}, ${cacheOf(kind)} ${ttl}` : `${kind}, not kept`;
}

describe("which replies are kept where, and for how long", () => {
  test.each<[string, Sections, string]>([
    ["an answer", { answers: A }, "answer, success 60"],
    [
      "the lowest TTL of all sections",
      { answers: A, authorities: NS, additionals: "ns.example.org. 30 IN A 10.0.0.2" },
      "answer, success 30",
    ],
    [
      "aliases to the end",
      { answers: `${ALIAS}\na.example.org. 20 IN A 10.0.0.1` },
      "answer, success 20",
    ],
    [
      "aliases in any order and case",
      { answers: "A.example.org. 20 IN A 10.0.0.1\nWWW.example.ORG. 60 IN CNAME a.Example.org." },
      "answer, success 20",
    ],
    ["aliases that lead nowhere", { answers: ALIAS }, "answer, not kept"],
    ["the same with an SOA", { answers: ALIAS, authorities: SOA }, "nodata, denial 40"],
    [
      "an alias for two names",
      {
        answers: `${ALIAS}\nwww.example.org. 60 IN CNAME b.example.org.\na.example.org. 60 IN A 10.0.0.1`,
      },
      "answer, not kept",
    ],
    [
      "the same alias twice",
      { answers: `${ALIAS}\n${ALIAS}\na.example.org. 60 IN A 10.0.0.1` },
      "answer, success 60",
    ],
    [
      "aliases in a circle",
      { answers: `${ALIAS}\na.example.org. 60 IN CNAME www.example.org.` },
      "answer, not kept",
    ],
    [
      "an answer to another name",
      { answers: "b.example.org. 60 IN A 10.0.0.1" },
      "answer, not kept",
    ],
    [
      "an alias that was asked for",
      { asked: "www.example.org. CNAME", answers: ALIAS },
      "answer, success 60",
    ],
    [
      "any record of the name",
      { asked: "www.example.org. ANY", answers: ALIAS },
      "answer, success 60",
    ],
    ["any record of another", { asked: "b.example.org. ANY", answers: ALIAS }, "answer, not kept"],
    ["nothing at all", {}, "answer, success 5"],
    ["additionals alone", { additionals: A }, "answer, success 60"],
    ["no data", { authorities: SOA }, "nodata, denial 40"],
    ["no such name", { rcode: 3, authorities: SOA }, "nxdomain, denial 40"],
    ["a short denial", { rcode: 3, authorities: SOA.replace(" 40 ", " 1 ") }, "nxdomain, denial 4"],
    [
      "a long denial",
      { rcode: 3, authorities: SOA.replace(" 40 ", " 9999 ") },
      "nxdomain, denial 1800",
    ],
    ["no such name without an SOA", { rcode: 3 }, "nxdomain, not kept"],
    [
      "no such name with answers",
      { rcode: 3, answers: ALIAS, authorities: SOA },
      "other, not kept",
    ],
    ["a referral", { authorities: NS }, "referral, success 5"],
    ["SERVFAIL", { rcode: 2 }, "failure, denial 7"],
    ["NOTIMP", { rcode: 4 }, "failure, denial 7"],
    ["FORMERR", { rcode: 1 }, "other, not kept"],
    ["REFUSED", { rcode: 5 }, "other, not kept"],
    ["a cut answer", { answers: A, truncated: true }, "answer, not kept"],
    ["a zone transfer", { asked: "example.org. AXFR", answers: SOA }, "other, not kept"],
    ["an incremental one", { asked: "example.org. IXFR", answers: SOA }, "other, not kept"],
  ])("%s", (_, sections, expected) => expect(fate(reply(sections))).toBe(expected));
});

describe("signatures out of their time", () => {
  function signed(inception: number, expiration: number): ResourceRecord {
    const data = new Uint8Array(30);
    const view = new DataView(data.buffer);
    view.setUint32(8, expiration);
    view.setUint32(12, inception);
    const head = { name: "www.example.org.", class: 1, ttlSeconds: 60 };
    return { ...head, type: "OPAQUE", typeCode: RecordType.RRSIG, data };
  }
  test.each([
    ["valid", NOW - 10, NOW + 10, true, "answer, success 60"],
    ["just valid", NOW, NOW, true, "answer, success 60"],
    ["expired", NOW - 10, NOW - 1, true, "other, not kept"],
    ["not valid yet", NOW + 1, NOW + 10, true, "other, not kept"],
    ["expired, for who did not ask for it", NOW - 10, NOW - 1, false, "answer, success 60"],
  ])("%s", (_, inception, expiration, dnssecOk, expected) => {
    const asked = query("www.example.org. A", { edns: { dnssecOk } });
    const answers = [...records(A), signed(inception, expiration)];
    expect(fate(replyTo(asked.message, { answers }))).toBe(expected);
  });
});

test.each([
  ["the question in another case", "WWW.example.org. A", {}, true],
  ["another name", "w.example.org. A", {}, false],
  ["another type", "www.example.org. AAAA", {}, false],
  ["another class", "www.example.org. A", { class: 3 }, false],
])("%s: a reply to the query is %s", (_, text, parts, expected) => {
  const { question } = query("www.example.org. A");
  expect(isReplyTo(question, replyTo(query(text, parts).message, {}))).toBe(expected);
});
