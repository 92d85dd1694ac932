import { describe, expect, it } from "vitest";
import { type QueryOptions, query } from "#test/support/plugin.ts";
import { encodeMessage } from "../wire/encode.ts";
import { nameToWire } from "../wire/name.ts";
import { FastPathBench } from "./fast-path-bench.ts";

const wire = (text: string, options: QueryOptions = {}): Uint8Array =>
  encodeMessage(query(text, options).message);
const udp = (udpPayloadBytes: number): QueryOptions => ({ edns: { udpPayloadBytes } });

const WEB = "web.shop.svc.cluster.local.";
const DB = "db.shop.svc.cluster.local.";

const addressesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255}`);

/** A headless Service with as many endpoints. */
const headless = (endpoints: number, port = ""): string[] => [
  "+ Service db.shop headless",
  `+ EndpointSlice a.shop of db IPv4 ${port} | ${addressesOf(endpoints).join(" ")}`,
];

/** Addresses in the order of the answer. */
function addresses(bench: FastPathBench, text: string): string[] {
  const { answers = [] } = bench.reply(wire(text)) ?? {};
  return answers.flatMap((record) => ("address" in record ? record.address : []));
}

/** Header, question, and the OPT if there is one. */
const overhead = (name: string, edns: boolean): number =>
  12 + nameToWire(name).length + 4 + (edns ? 11 : 0);
const A_RECORD_BYTES = 16;

describe("records beyond what the client takes", () => {
  it.each<[string, QueryOptions, boolean, number]>([
    ["512 without EDNS", {}, false, 512],
    ["512 where less is asked", udp(100), false, 512],
    ["512", udp(512), false, 512],
    ["1232", udp(1232), false, 1232],
    ["4096", udp(4096), false, 4096],
    ["65535 on TCP, whatever EDNS says", udp(512), true, 65_535],
    ["65535 on TCP without EDNS", {}, true, 65_535],
  ])("are cut, whole and with TC, at %s", (_, options, stream, limit) => {
    const room = limit - overhead(DB, options.edns !== undefined);
    const fitting = Math.floor(room / A_RECORD_BYTES);
    for (const [endpoints, kept] of [
      [fitting, fitting],
      [fitting + 1, fitting],
      [fitting + 300, fitting],
    ] as const) {
      const bench = new FastPathBench({ events: headless(endpoints) });
      const query = wire(`${DB} A`, options);
      const length = bench.answer(query, { stream })?.length;
      const reply = bench.reply(query, { stream });
      expect(length).toBe(overhead(DB, options.edns !== undefined) + kept * A_RECORD_BYTES);
      expect(length).toBeLessThanOrEqual(limit);
      expect(reply?.flags.truncated).toBe(endpoints > kept);
      expect(new Set(reply?.answers.map((record) => JSON.stringify(record))).size).toBe(kept);
      expect(reply?.edns?.udpPayloadBytes).toBe(options.edns?.udpPayloadBytes);
    }
  });

  it("of unequal length are left to the slow path", () => {
    const bench = new FastPathBench({ events: headless(20, "sql/TCP/5432") });
    expect(bench.reply(wire(`_sql._tcp.${DB} SRV`, udp(512)))).toBeUndefined();
    const whole = bench.reply(wire(`_sql._tcp.${DB} SRV`, udp(4096)));
    expect(whole?.answers).toHaveLength(20);
    expect(whole?.additionals).toHaveLength(20);
  });
});

describe("the memory for the reply", () => {
  const cluster = ["+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80", ...headless(300)];

  it.each([
    `${WEB} A`,
    `_http._tcp.${WEB} SRV`,
    "1.0.0.10.in-addr.arpa. PTR",
    `${WEB} TXT`,
    "nope.cluster.local. A",
    `${DB} A`,
  ])("is never overrun: %s", (text) => {
    const bench = new FastPathBench({ events: cluster });
    const query = wire(text, udp(65_535));
    const length = bench.answer(query)?.length ?? 0;
    expect(length).toBeGreaterThan(query.length);
    const capacities = Array.from({ length: 40 }, (_, n) => length - 20 + n);
    const answered = capacities.filter(
      (capacity) =>
        capacity >= query.length && bench.answer(query, { capacity })?.length === length,
    );
    // Copies move whole words and want a little more than the reply takes.
    expect(answered[0]).toBeGreaterThanOrEqual(length);
    expect(answered[0]).toBeLessThanOrEqual(length + 8);
    expect(answered).toHaveLength(length + 20 - (answered[0] ?? 0));
  });
});

describe("loadbalance", () => {
  it("gives every record the first place as often, and keeps the others in their round", () => {
    const bench = new FastPathBench({ events: headless(5) });
    const inOrder = [0, 1, 2, 3, 4].map((n) => `10.0.0.${n}`);
    const firsts = new Map<string, number>();
    for (let n = 0; n < 1000; n++) {
      const order = addresses(bench, `${DB} A`);
      const [first = ""] = order;
      const at = inOrder.indexOf(first);
      expect(order).toEqual([...inOrder.slice(at), ...inOrder.slice(0, at)]);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    for (const address of inOrder) expect(firsts.get(address)).toBeGreaterThan(190);
  });

  it("does so for clients that ask for A and AAAA in turn", () => {
    const bench = new FastPathBench();
    const firsts: Record<string, number> = {};
    for (let n = 0; n < 1000; n++) {
      for (const type of ["A", "AAAA"]) {
        const [first = ""] = addresses(bench, `dual.shop.svc.cluster.local. ${type}`);
        firsts[first] = (firsts[first] ?? 0) + 1;
      }
    }
    for (const address of ["10.1.0.1", "10.1.0.2", "fd00::1", "fd00::2"])
      expect(firsts[address]).toBeGreaterThan(480);
  });

  it("gives every record a place in answers that are cut", () => {
    const bench = new FastPathBench({ events: headless(100) });
    const seen = new Set<string>();
    for (let n = 0; n < 400; n++)
      for (const address of addresses(bench, `${DB} A`)) seen.add(address);
    expect(seen.size).toBe(100);
  });

  it("is not there without the plugin", () => {
    const bench = new FastPathBench({ events: headless(5), zone: { rotate: false } });
    const orders = Array.from({ length: 20 }, () => addresses(bench, `${DB} A`).join(" "));
    expect(new Set(orders).size).toBe(1);
  });
});
