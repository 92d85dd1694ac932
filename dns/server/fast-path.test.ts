import { describe, expect, it } from "vitest";
import { type QueryOptions, query } from "#test/support/plugin.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { encodeMessage } from "../wire/encode.ts";
import { nameToWire } from "../wire/name.ts";
import { type BenchSetting, FastPathBench } from "./fast-path-bench.ts";
import type { DeferredZone } from "./plan.ts";

const wire = (text: string, options: QueryOptions = {}): Uint8Array =>
  encodeMessage(query(text, options).message);
const udp = (udpPayloadBytes: number): QueryOptions => ({ edns: { udpPayloadBytes } });

/** The reply as zone text, or "deferred". */
function ask(bench: FastPathBench, text: string, options: QueryOptions = {}): string[] {
  const reply = bench.reply(wire(text, options));
  return reply === undefined ? ["deferred"] : toZoneText(reply).split("\n");
}

const WEB = "web.shop.svc.cluster.local.";
const NODATA = [
  ";; authority",
  "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1700000000 7200 1800 86400 5",
];

describe("an answer", () => {
  it("echoes ID, RD, CD and the case asked, and clears all else", () => {
    const bench = new FastPathBench();
    const bytes = wire("WEB.shop.SVC.cluster.local. A", { id: 0xbeef });
    bytes.set([0x01, 0x70], 2);
    const reply = bench.answer(bytes);
    expect(reply?.toString("hex", 0, 12)).toBe("beef85100001000100000000");
    expect(reply?.toString("hex", 12, bytes.length)).toBe(Buffer.from(bytes).toString("hex", 12));
  });

  it.each<[string, QueryOptions, string[]]>([
    ["no OPT", {}, [";; QUERY NOERROR qr aa rd"]],
    ["size", udp(1232), [";; QUERY NOERROR qr aa rd", ";; edns version 0 udp 1232"]],
    ["a size below 512", udp(0), [";; QUERY NOERROR qr aa rd", ";; edns version 0 udp 0"]],
    [
      "the largest size, and DO",
      { edns: { udpPayloadBytes: 65_535, dnssecOk: true } },
      [";; QUERY NOERROR qr aa rd", ";; edns version 0 udp 65535 do"],
    ],
  ])("sends back of EDNS %s", (_, options, head) => {
    const bench = new FastPathBench();
    const answer = [`;; question ${WEB} IN A`, ";; answer", `${WEB} 5 IN A 10.0.0.1`];
    expect(ask(bench, `${WEB} A`, options)).toEqual([...head, ...answer]);
    const nodata = [`;; question ${WEB} IN MX`, ...NODATA];
    expect(ask(bench, `${WEB} MX`, options)).toEqual([...head, ...nodata]);
  });

  it("is counted once, with what it was", () => {
    const bench = new FastPathBench();
    ask(bench, `${WEB} A`);
    ask(bench, "nope.cluster.local. AAAA", { edns: { dnssecOk: true } });
    ask(bench, "ext.shop.svc.cluster.local. A");
    // Place, type, rcode, DO, request and response bytes, plugin.
    expect(bench.counted).toEqual(["7 1 0 false 44 60 1", "7 28 3 true 47 101 1"]);
  });
});

describe("what the fast path leaves to the plugin chain", () => {
  const plain = wire(`${WEB} A`);
  const withOpt = wire(`${WEB} A`, udp(1232));
  const opt = withOpt.length - 11;
  const end = plain.length;
  const patched = (bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy.set(values, offset);
    return copy;
  };

  it.each<[string, Uint8Array]>([
    ["a response", patched(plain, 2, 0x80)],
    ["another opcode", patched(plain, 2, 0x10)],
    ["no question", patched(plain, 4, 0, 0)],
    ["two questions", patched(plain, 4, 0, 2)],
    ["an answer", patched(plain, 6, 0, 1)],
    ["an authority", patched(plain, 8, 0, 1)],
    ["two additional records", patched(withOpt, 10, 0, 2)],
    ["256 additional records", patched(withOpt, 10, 1, 0)],
    ["class CH", patched(plain, end - 2, 0, 3)],
    ["class 257", patched(plain, end - 2, 1, 1)],
    ["OPT as the type", patched(plain, end - 4, 0, 41)],
    ["AXFR", patched(plain, end - 4, 0, 252)],
    ["IXFR", patched(plain, end - 4, 0, 251)],
    ["MAILA", patched(plain, end - 4, 0, 254)],
    ["TKEY", patched(plain, end - 4, 0, 249)],
    ["bytes behind the question", Buffer.concat([plain, Buffer.alloc(1)])],
    ["bytes behind the OPT", Buffer.concat([withOpt, Buffer.alloc(1)])],
    ["half a question", plain.subarray(0, end - 1)],
    ["half a name", plain.subarray(0, 20)],
    ["a header alone", plain.subarray(0, 12)],
    ["less than a header", plain.subarray(0, 11)],
    ["nothing", new Uint8Array(0)],
    ["a compressed name", patched(plain, 12, 0xc0, 12)],
    ["a label of 64 bytes", patched(plain, 12, 64)],
    ["an OPT that is not there", patched(plain, 10, 0, 1)],
    ["half an OPT", withOpt.subarray(0, withOpt.length - 1)],
    ["an OPT with a name", patched(withOpt, opt, 1)],
    ["another additional record", patched(withOpt, opt + 1, 0, 16)],
    ["an extended rcode", patched(withOpt, opt + 5, 1)],
    ["EDNS version 1", patched(withOpt, opt + 6, 1)],
    [
      "an EDNS option",
      wire(`${WEB} A`, { edns: { options: [{ code: 10, data: new Uint8Array(8) }] } }),
    ],
    ["an EDNS option that is announced alone", patched(withOpt, opt + 9, 0, 4)],
  ])("message: %s", (_, bytes) => {
    const bench = new FastPathBench();
    expect(bench.answer(bytes)).toBeUndefined();
    expect(bench.counted).toEqual([]);
  });

  it.each([
    "ext.shop.svc.cluster.local. A",
    "ext.shop.svc.cluster.local. MX",
    "cluster.local. NS",
    "dns-version.cluster.local. TXT",
    "ns.dns.cluster.local. A",
    // SRV at a service's name, and addresses at a port's.
    `${WEB} SRV`,
    `_http._tcp.${WEB} A`,
    // Targets carry the case asked.
    `_HTTP._tcp.${WEB} SRV`,
    `http.tcp.${WEB} SRV`,
    "example.org. A",
    ". A",
  ])("name: %s", (text) => {
    expect(ask(new FastPathBench(), text)).toEqual(["deferred"]);
  });

  const hidden: DeferredZone = {
    kind: "deferred",
    name: nameToWire("shop.svc.cluster.local."),
    labels: 4,
  };

  it.each<[string, BenchSetting, string, boolean]>([
    [
      "missing names where a later plugin may know them",
      { zone: { missing: "defer" } },
      "nope.cluster.local. A",
      true,
    ],
    ["not what is there", { zone: { missing: "defer" } }, `${WEB} A`, false],
    ["names of pods", { zone: { deferPods: true } }, "1-2-3-4.shop.pod.cluster.local. A", true],
    ["not without pods", {}, "1-2-3-4.shop.pod.cluster.local. A", false],
    [
      "names in another block's zone",
      {
        plan: (as) => ({
          ...as,
          lookupFirst: false,
          zones: [hidden, ...as.zones],
          zonesOfTable: [[1, 2, 3]],
        }),
      },
      `${WEB} A`,
      true,
    ],
    [
      "not those beside it",
      {
        plan: (as) => ({
          ...as,
          lookupFirst: false,
          zones: [hidden, ...as.zones],
          zonesOfTable: [[1, 2, 3]],
        }),
      },
      "svc.cluster.local. A",
      false,
    ],
    [
      "everything while a gate is closed",
      {
        plan: (as) => ({ ...as, gates: [new Int32Array(new SharedArrayBuffer(4)).fill(1).buffer] }),
      },
      `${WEB} A`,
      true,
    ],
    ["missing names before the first lists", { synced: false }, "nope.cluster.local. A", true],
    ["missing data before the first lists", { synced: false }, `${WEB} AAAA`, true],
    ["not what is known by then", { synced: false }, `${WEB} A`, false],
  ])("plan: %s", (_, setting, text, deferred) => {
    expect(ask(new FastPathBench(setting), text)[0] === "deferred").toBe(deferred);
  });

  it("no name of 255 bytes, and all that are longer", () => {
    const label = (length: number): string => `${"x".repeat(length)}.`;
    const longest = `${label(63)}${label(63)}${label(63)}${label(47)}cluster.local.`;
    const bytes = wire(`${longest} A`);
    expect(bytes.length).toBe(12 + 255 + 4);
    const bench = new FastPathBench();
    expect(ask(bench, `${longest} A`)[0]).toBe(";; QUERY NXDOMAIN qr aa rd");
    const longer = Buffer.concat([bytes.subarray(0, 12), Buffer.of(1, 0x61), bytes.subarray(12)]);
    expect(bench.answer(longer)).toBeUndefined();
  });
});
