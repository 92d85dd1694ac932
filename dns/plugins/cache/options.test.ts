import { describe, expect, test } from "vitest";
import { outcome } from "#test/support/plugin.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import type { CacheOptions } from "./contract.ts";
import { readCacheOptions } from "./options.ts";
import { plugin } from "./setup.ts";

const DEFAULTS: CacheOptions = {
  zones: ["example.org."],
  success: { capacity: 9984, maxTtlSeconds: 3600, minTtlSeconds: 5, except: [] },
  denial: { capacity: 9984, maxTtlSeconds: 1800, minTtlSeconds: 5, except: [] },
  failureTtlSeconds: 5,
  stale: { maxAgeSeconds: 0, verify: false, verifyTimeoutMs: 0, ttlSeconds: 0, recheckMs: 0 },
  preferPositive: false,
  keepTtl: false,
};

function read(lines: string): CacheOptions {
  const [block] = parseCorefile(`example.org {\n${lines}\n}`, { file: "Corefile" }).blocks;
  const directive = block?.directives[0];
  if (directive === undefined) throw new Error(`no directive in '${lines}'`);
  return readCacheOptions(directive, ["example.org."]);
}

const { success, denial, stale } = DEFAULTS;
const bothTtl = (maxTtlSeconds: number): Partial<CacheOptions> => ({
  success: { ...success, maxTtlSeconds },
  denial: { ...denial, maxTtlSeconds },
});
const staleWith = (parts: Partial<CacheOptions["stale"]>): Partial<CacheOptions> => ({
  stale: { ...stale, maxAgeSeconds: 3600, ...parts },
});

describe("options", () => {
  test.each<[string, Partial<CacheOptions>]>([
    ["cache", {}],
    ["cache {\n}", {}],
    ["cache 30", bothTtl(30)],
    ["cache 30 a.test B.test.", { ...bothTtl(30), zones: ["a.test.", "b.test."] }],
    ["cache aaa example.nl", { zones: ["aaa.", "example.nl."] }],
    ["cache 10.0.0.0/8", { zones: ["10.in-addr.arpa."] }],
    ["cache {\n success 10\n}", { success: { ...success, capacity: 1024 } }],
    ["cache {\n success 5000\n}", { success: { ...success, capacity: 4864 } }],
    [
      "cache {\n success 10 1800 30\n}",
      { success: { ...success, capacity: 1024, maxTtlSeconds: 1800, minTtlSeconds: 30 } },
    ],
    [
      "cache 25 {\n denial 10 15 0\n}",
      {
        ...bothTtl(25),
        denial: { ...denial, capacity: 1024, maxTtlSeconds: 15, minTtlSeconds: 0 },
      },
    ],
    ["cache {\n prefetch 10\n}", { prefetch: { hits: 10, gapSeconds: 60, percent: 10 } }],
    ["cache {\n prefetch 1 90s 50%\n}", { prefetch: { hits: 1, gapSeconds: 90, percent: 50 } }],
    ["cache {\n prefetch 0\n}", {}],
    ["cache {\n serve_stale\n}", staleWith({})],
    ["cache {\n serve_stale 1h20m\n}", staleWith({ maxAgeSeconds: 4800 })],
    ["cache {\n serve_stale 0 VERIFY\n}", staleWith({ maxAgeSeconds: 0, verify: true })],
    [
      "cache {\n serve_stale 1h immediate 30s 20s\n}",
      staleWith({ ttlSeconds: 30, recheckMs: 20_000 }),
    ],
    ["cache {\n serve_stale 1h immediate 4294967295s\n}", staleWith({ ttlSeconds: 4_294_967_295 })],
    [
      "cache {\n serve_stale 1h verify 100ms 30s 250ms\n}",
      staleWith({ verify: true, verifyTimeoutMs: 100, ttlSeconds: 30, recheckMs: 250 }),
    ],
    [
      "cache {\n serve_stale\n serve_stale_policy PREFER_POSITIVE\n}",
      { ...staleWith({}), preferPositive: true },
    ],
    ["cache {\n servfail 5m\n}", { failureTtlSeconds: 300 }],
    ["cache {\n servfail 0\n}", { failureTtlSeconds: 0 }],
    ["cache {\n servfail 1500ms\n}", { failureTtlSeconds: 1 }],
    [
      "cache {\n disable success\n disable denial a.test B.test\n}",
      {
        success: { ...success, except: ["."] },
        denial: { ...denial, except: ["a.test.", "b.test."] },
      },
    ],
    ["cache {\n keepttl\n}", { keepTtl: true }],
  ])("%j", (lines, parts) => expect(read(lines)).toEqual({ ...DEFAULTS, ...parts }));
});

const LIMITS = "CAPACITY [TTL] [MINTTL]";
const IMMEDIATE = "serve_stale [DURATION] [immediate [TTL [RECHECK]]]";
const VERIFY = "serve_stale [DURATION] [verify [TIMEOUT [TTL [RECHECK]]]]";
const NO_DURATION = "is no duration; it should look like 5s, 1m30s or 500ms";

describe("faults", () => {
  test.each([
    [
      "cache\ncache",
      "Corefile:3: 'cache' may stand once in a server block; it stands on line 2 already",
    ],
    ["cache 0", "Corefile:2: TTL of cache '0' is no integer from 1 to 2147483647"],
    ["cache -1 a.test", "Corefile:2: TTL of cache '-1' is no integer from 1 to 2147483647"],
    ["cache a..test", 'Corefile:2: cache: name "a..test." has an empty label'],
  ])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

  test.each([
    ["success", `'success' wants more words; it is written: success ${LIMITS}`],
    ["denial aaa", "denial 'aaa' is no integer from 0 to 16777216"],
    ["success 10 0", "TTL of success '0' is no integer from 1 to 2147483647"],
    ["success 10 10 -1", "TTL of success '-1' is no integer from 0 to 2147483647"],
    ["success 10 10 5 1", `'1' is too many; it is written: success ${LIMITS}`],
    [
      "positive 15",
      "'positive' is unknown in cache; accepted: success, denial, prefetch, serve_stale, serve_stale_policy, servfail, disable, keepttl",
    ],
    [
      "prefetch",
      "'prefetch' wants more words; it is written: prefetch AMOUNT [DURATION] [PERCENT%]",
    ],
    ["prefetch -1", "prefetch '-1' is no integer from 0 to 2147483647"],
    ["prefetch 0 blurp", `prefetch 'blurp' ${NO_DURATION}`],
    ["prefetch 1 1m 20", "prefetch '20' is no share from 10% to 90%"],
    ["prefetch 1 1m 9%", "prefetch '9%' is no share from 10% to 90%"],
    ["serve_stale 20", `serve_stale '20' ${NO_DURATION}`],
    ["serve_stale -20m", "serve_stale '-20m' is negative"],
    ["serve_stale 1m nono", "'nono' is unknown in serve_stale; accepted: immediate, verify"],
    ["serve_stale 1h immediate 100ms", "serve_stale '100ms' is no whole number of seconds"],
    [
      "serve_stale 1h immediate 4294967296s",
      "serve_stale '4294967296s' is longer than a TTL can be",
    ],
    ["serve_stale 1h immediate 30s 5m1s", "serve_stale '5m1s' is more than 5m"],
    ["serve_stale 1h immediate 30s 1s x", `'x' is too many; it is written: ${IMMEDIATE}`],
    ["serve_stale 1h verify -1ms", "serve_stale '-1ms' is negative"],
    ["serve_stale 1h verify 100ms 500ms", "serve_stale '500ms' is no whole number of seconds"],
    ["serve_stale 1h verify 100ms 30s 1s x", `'x' is too many; it is written: ${VERIFY}`],
    ["serve_stale_policy prefer_positive", "'serve_stale_policy' wants 'serve_stale' beside it"],
    [
      "serve_stale_policy",
      "'serve_stale_policy' wants more words; it is written: serve_stale_policy prefer_positive",
    ],
    [
      "serve_stale_policy newest",
      "'newest' is unknown in serve_stale_policy; accepted: prefer_positive",
    ],
    [
      "serve_stale_policy prefer_positive\nserve_stale_policy prefer_positive",
      "'serve_stale_policy' may stand once; it stands on line 3 already",
    ],
    ["servfail", "'servfail' wants more words; it is written: servfail DURATION"],
    ["servfail 6m", "servfail '6m' is more than 5m"],
    ["servfail -1s", "servfail '-1s' is negative"],
    ["disable", "'disable' wants more words; it is written: disable success|denial [ZONES...]"],
    ["disable error", "'error' is unknown in disable; accepted: success, denial"],
    ["keepttl yes", "'yes' is too many; it is written: keepttl"],
  ])("%s: %s", (option, expected) =>
    expect(outcome(plugin, `cache {\n${option}\n}`)).toMatch(
      new RegExp(`^Corefile:[34]: ${RegExp.escape(expected)}$`),
    ),
  );
});
