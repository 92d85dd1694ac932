import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outcome } from "#test/support/plugin.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import { formatUpstream } from "../../upstream/address.ts";
import type { ForwardOptions } from "./contract.ts";
import { readForwardOptions } from "./options.ts";
import { createPolicy } from "./policy.ts";
import { plugin } from "./setup.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-forward-"));
beforeAll(() => {
  writeFileSync(
    join(folder, "resolv.conf"),
    "# a comment\nsearch example.org\n nameserver 10.0.0.1\nnameserver\tfd00::1\nnameserver dns.example\nnameserver 10.0.0.1 # twice\n",
  );
  writeFileSync(join(folder, "empty.conf"), "search example.org\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The options of one directive. */
function options(lines: string): ForwardOptions {
  const text = `. {\n${lines.replaceAll("$", folder)}\n}`;
  const [directive] = parseCorefile(text, { file: "Corefile" }).blocks[0]?.directives ?? [];
  if (directive === undefined) throw new Error(`'${lines}' has no directive`);
  return readForwardOptions(directive);
}

/** Lines of a block in a directive that is right otherwise. */
const inBlock = (line: string) => `forward . 10.0.0.1 {\n${line}\n}`;

const SUPPORTED =
  "IP addresses with or without a port, dns://, and files in the form of /etc/resolv.conf";

describe("upstreams", () => {
  test.each([
    ["10.0.0.1", ["10.0.0.1:53"]],
    ["10.0.0.1:5300", ["10.0.0.1:5300"]],
    ["::1", ["[::1]:53"]],
    ["[::1]", ["[::1]:53"]],
    ["[2001:db8::1]:5300", ["[2001:db8::1]:5300"]],
    ["fe80::1%lo", ["[fe80::1%lo]:53"]],
    ["dns://10.0.0.1", ["10.0.0.1:53"]],
    ["dns://[::1]:5300", ["[::1]:5300"]],
    ["$/resolv.conf", ["10.0.0.1:53", "[fd00::1]:53"]],
    [
      "10.0.0.2 $/resolv.conf 10.0.0.1:53 dns://10.0.0.2",
      ["10.0.0.2:53", "10.0.0.1:53", "[fd00::1]:53"],
    ],
    ["$/empty.conf 10.0.0.9", ["10.0.0.9:53"]],
  ])("%s", (to, expected) => {
    expect(options(`forward . ${to}`).to.map(formatUpstream)).toEqual(expected);
  });
});

describe("options", () => {
  const defaults: Partial<ForwardOptions> = {
    from: ["."],
    except: [],
    policy: "random",
    retryTruncated: false,
    maxFails: 2,
    maxConnectAttempts: 2,
    maxConcurrent: 0,
    readTimeoutMs: 2000,
    deadlineMs: 5000,
    failFast: false,
    failover: new Set(),
    next: new Set(),
    nextOnNodata: false,
    upstream: {
      connections: { expireMs: 10_000, maxAgeMs: 0, maxIdle: 0 },
      healthCheck: {
        intervalMs: 500,
        timeoutMs: 1000,
        domain: ".",
        recursionDesired: true,
        transport: "udp",
      },
    },
  };

  test("without any they are CoreDNS's", () => {
    expect(options("forward . 10.0.0.1")).toMatchObject(defaults);
    expect(options("forward . 10.0.0.1").transport).toBeUndefined();
    expect(options("forward . 10.0.0.1 10.0.0.2").maxConnectAttempts).toBe(4);
  });

  test.each<[string, object]>([
    ["except Example.org a.test", { except: ["example.org.", "a.test."] }],
    ["except a.test\nexcept 10.0.0.0/8", { except: ["a.test.", "10.in-addr.arpa."] }],
    ["policy sequential", { policy: "sequential" }],
    ["force_tcp", { transport: "tcp", retryTruncated: false }],
    ["prefer_udp", { transport: "udp", retryTruncated: true }],
    ["force_tcp\nprefer_udp", { transport: "tcp", retryTruncated: false }],
    ["prefer_udp\nforce_tcp", { transport: "tcp", retryTruncated: false }],
    ["max_fails 0", { maxFails: 0 }],
    ["max_concurrent 1000", { maxConcurrent: 1000 }],
    ["max_connect_attempts 0", { maxConnectAttempts: 0 }],
    ["max_connect_attempts 7", { maxConnectAttempts: 7 }],
    ["read_timeout 4s", { readTimeoutMs: 4000 }],
    ["failover servfail Refused", { failover: new Set([2, 5]) }],
    ["next NXDOMAIN\nnext NOERROR", { next: new Set([3, 0]) }],
    ["next_on_nodata", { nextOnNodata: true }],
    ["failfast_all_unhealthy_upstreams", { failFast: true }],
    ["expire 1m", { upstream: { connections: { expireMs: 60_000 } } }],
    ["max_age 10s", { upstream: { connections: { maxAgeMs: 10_000 } } }],
    ["max_idle_conns 5", { upstream: { connections: { maxIdle: 5 } } }],
    ["health_check 0.2s", { upstream: { healthCheck: { intervalMs: 200 } } }],
    [
      "health_check 5s no_rec domain Example.org",
      { upstream: { healthCheck: { recursionDesired: false, domain: "example.org." } } },
    ],
    ["force_tcp", { upstream: { healthCheck: { transport: "tcp" } } }],
  ])("%j", (line, expected) => expect(options(inBlock(line))).toMatchObject(expected));

  test.each([
    ["example.org", ["example.org."]],
    ["10.0.0.0/8", ["10.in-addr.arpa."]],
    ["10.0.0.0/15", ["0.10.in-addr.arpa.", "1.10.in-addr.arpa."]],
  ])("FROM %s", (from, expected) => {
    expect(options(`forward ${from} 10.0.0.1`).from).toEqual(expected);
  });
});

test.each<[string, string]>([
  ["forward . 10.0.0.1\nforward example.org 10.0.0.2", "ok"],
  ["forward", "Corefile:2: 'forward' wants more words; it is written: forward FROM TO..."],
  ["forward .", "Corefile:2: 'forward' wants more words; it is written: forward FROM TO..."],
  ["forward a..b 10.0.0.1", 'Corefile:2: forward: name "a..b." has an empty label'],
  [
    "forward . 10.0.0.1:0",
    "Corefile:2: forward '10.0.0.1:0' has no port from 1 to 65535 behind its colon",
  ],
  [
    "forward . [::1]:70000",
    "Corefile:2: forward '[::1]:70000' has no port from 1 to 65535 behind its colon",
  ],
  [
    "forward . 10.0.0.1:",
    "Corefile:2: forward '10.0.0.1:' has no port from 1 to 65535 behind its colon",
  ],
  [
    "forward . tls://9.9.9.9",
    `Corefile:2: 'tls://9.9.9.9' of forward is not supported yet; supported: ${SUPPORTED}`,
  ],
  [
    "forward . https://9.9.9.9",
    `Corefile:2: 'https://9.9.9.9' of forward is not supported yet; supported: ${SUPPORTED}`,
  ],
  [
    "forward . dns.example.org",
    `Corefile:2: 'dns.example.org' of forward is not supported yet; supported: ${SUPPORTED}`,
  ],
  [
    "forward . grpc://9.9.9.9",
    `Corefile:2: 'grpc' in 'grpc://9.9.9.9' is no protocol to forward with; supported: ${SUPPORTED}`,
  ],
  [
    "forward . /nowhere/resolv.conf",
    "Corefile:2: forward '/nowhere/resolv.conf' is neither an IP address nor a file",
  ],
  ["forward . $", "Corefile:2: forward '$' cannot be read: EISDIR"],
  [
    "forward . $/empty.conf",
    "Corefile:2: forward '$/empty.conf' names no server: it has no nameserver line",
  ],
  [
    `forward . ${Array.from({ length: 16 }, (_, index) => `10.0.0.${index}`).join(" ")}`,
    "Corefile:2: forward '10.0.0.15' is one too many; at most 15 upstreams are allowed",
  ],
  [inBlock("except"), "Corefile:3: 'except' wants more words; it is written: except NAME..."],
  [inBlock("force_tcp yes"), "Corefile:3: 'yes' is too many; it is written: force_tcp"],
  [inBlock("prefer_udp yes"), "Corefile:3: 'yes' is too many; it is written: prefer_udp"],
  [inBlock("next_on_nodata yes"), "Corefile:3: 'yes' is too many; it is written: next_on_nodata"],
  [
    inBlock("policy fastest"),
    "Corefile:3: 'fastest' is unknown in policy; accepted: random, round_robin, sequential",
  ],
  [inBlock("max_fails -1"), "Corefile:3: max_fails '-1' is no integer from 0 to 4294967295"],
  [
    inBlock("max_fails"),
    "Corefile:3: 'max_fails' wants more words; it is written: max_fails NUMBER",
  ],
  [
    inBlock("max_concurrent x"),
    "Corefile:3: max_concurrent 'x' is no integer from 0 to 4294967295",
  ],
  [
    inBlock("max_idle_conns 1.5"),
    "Corefile:3: max_idle_conns '1.5' is no integer from 0 to 4294967295",
  ],
  [
    inBlock("expire 10"),
    "Corefile:3: expire '10' is no duration; it should look like 5s, 1m30s or 500ms",
  ],
  [inBlock("expire -1s"), "Corefile:3: expire '-1s' is negative"],
  [inBlock("read_timeout 0s"), "Corefile:3: read_timeout '0s' should be above 0"],
  [
    inBlock("max_age 5s"),
    "Corefile:2: max_age 5s is less than expire 10s; connections would never get idle",
  ],
  [
    inBlock("health_check"),
    "Corefile:3: 'health_check' wants more words; it is written: health_check DURATION [no_rec] [domain FQDN]",
  ],
  [inBlock("health_check -1s"), "Corefile:3: health_check '-1s' is negative"],
  [
    inBlock("health_check 1s norec"),
    "Corefile:3: 'norec' is unknown in health_check; did you mean 'no_rec'? accepted: no_rec, domain",
  ],
  [
    inBlock("health_check 1s domain"),
    "Corefile:3: 'domain' wants a name behind it; it is written: health_check DURATION [no_rec] [domain FQDN]",
  ],
  [
    inBlock("health_check 1s domain a..b"),
    'Corefile:3: health_check: name "a..b." has an empty label',
  ],
  [
    inBlock("failover"),
    "Corefile:3: 'failover' wants more words; it is written: failover RCODE...",
  ],
  [
    inBlock("failover FAIL"),
    "Corefile:3: failover 'FAIL' is no rcode; it should look like SERVFAIL or NXDOMAIN",
  ],
  [
    inBlock("failover NOERROR"),
    "Corefile:3: failover 'NOERROR' is success; name rcodes of failures",
  ],
  [inBlock("next 3"), "Corefile:3: next '3' is no rcode; it should look like SERVFAIL or NXDOMAIN"],
  ...["tls a b c", "tls_servername x", "doh_method GET", "source_address ::1", "resolver ::1"].map(
    (line): [string, string] => [
      inBlock(line),
      `Corefile:3: '${line.split(" ")[0]}' of forward is not supported yet; supported: its options for plain DNS over UDP and TCP`,
    ],
  ),
])("%j", (lines, expected) => {
  const written = lines.replaceAll("$", folder);
  expect(outcome(plugin, written).replaceAll(folder, "$")).toBe(expected);
});

test("a misspelt word leads to the right one", () => {
  expect(outcome(plugin, inBlock("max_fail 2"))).toMatch(
    /^Corefile:3: 'max_fail' is unknown in forward; did you mean 'max_fails'\? accepted: except, /,
  );
});

describe("policies", () => {
  test("round_robin starts with the second, and keeps the others' order", () => {
    const policy = createPolicy("round_robin", () => 0);
    const turns = Array.from({ length: 4 }, () => policy(["a", "b", "c"]).join(""));
    expect(turns).toEqual(["bac", "cab", "abc", "bac"]);
  });

  test("random is every order", () => {
    const draws = [0, 0, 0, 2, 1, 0];
    const policy = createPolicy("random", (bound) => Math.min(draws.shift() ?? 0, bound - 1));
    expect([policy(["a", "b", "c"]).join(""), policy(["a", "b", "c"]).join("")]).toEqual([
      "abc",
      "cba",
    ]);
  });
});
