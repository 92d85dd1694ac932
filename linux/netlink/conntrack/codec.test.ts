import { describe, expect, test } from "vitest";
import type { NetlinkRequest } from "../contract.ts";
import { NetlinkWriter } from "../writer.ts";
import type { Tuple } from "./contract.ts";
import { readConnection, readFill, sumCounters } from "./read.ts";
import { createConnection, deleteConnection, listConnections } from "./requests.ts";

const original: Tuple = {
  source: "10.0.0.1",
  destination: "10.96.0.10",
  protocol: 17,
  sourcePort: 40_000,
  destinationPort: 53,
};
const reply: Tuple = {
  source: "10.1.0.7",
  destination: "10.0.0.1",
  protocol: 17,
  sourcePort: 5353,
  destinationPort: 40_000,
};
const inHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const originalHex = `34000180 14000180 08000100 0a000001 08000200 0a60000a
  1c000280 05000100 11000000 06000200 9c400000 06000300 00350000`;

describe("requests as bytes", () => {
  test.each<{ name: string; request: NetlinkRequest; type: number; bytes: string }>([
    { name: "all", request: listConnections(), type: 0x101, bytes: "00000000" },
    {
      name: "of a protocol the kernel filters only within a family",
      request: listConnections({ protocol: 17 }),
      type: 0x101,
      bytes: "00000000",
    },
    {
      name: "UDP over IPv4",
      request: listConnections({ family: 4, protocol: 17 }),
      type: 0x101,
      bytes: `02000000 10000180 0c000280 05000100 11000000
        14001980 08000100 08000000 08000200 00000000`,
    },
    {
      name: "by mark",
      request: listConnections({ family: 6, mark: { value: 0x4000, mask: 0x4000 } }),
      type: 0x101,
      bytes: "0a000000 08000800 00004000 08001500 00004000",
    },
    {
      name: "deleted by tuple and ID",
      request: deleteConnection({ original, id: 7, zone: 0 }),
      type: 0x102,
      bytes: `02000000 ${originalHex} 08000c00 00000007`,
    },
    {
      name: "ICMP has no ports",
      request: deleteConnection({ original: { ...original, protocol: 1 } }),
      type: 0x102,
      bytes: `02000000 24000180 14000180 08000100 0a000001 08000200 0a60000a 0c000280 05000100 01000000`,
    },
  ])("$name", ({ request, type, bytes }) => {
    expect(request.type).toBe(type);
    expect(inHex(request.body)).toBe(bytes.replaceAll(/\s/g, ""));
  });
});

test("a connection is read as it was written", () => {
  const made = { original, reply, timeoutSeconds: 30, mark: 0x4000, zone: 9 };
  const body = Buffer.from(createConnection(made).body);
  expect(readConnection({ body })).toEqual({
    ...made,
    family: 4,
    id: 0,
    status: {
      seenReply: false,
      assured: false,
      sourceNat: false,
      destinationNat: false,
      dying: false,
    },
  });
});

test("status and counters", () => {
  const counts = (type: number, packets: bigint) => (writer: NetlinkWriter) =>
    writer.nested(type, () => writer.u64be(1, packets).u64be(2, packets * 100n));
  const writer = new NetlinkWriter().raw(Buffer.from([10, 0, 0, 0])).u32be(3, 0x1ae);
  counts(9, 5n)(writer);
  counts(10, 4n)(writer);
  expect(readConnection({ body: writer.finish() })).toMatchObject({
    family: 6,
    status: { seenReply: true, assured: true, sourceNat: false, destinationNat: true },
    counters: { original: { packets: 5n, bytes: 500n }, reply: { packets: 4n, bytes: 400n } },
  });
});

test("a family that is not IP is passed over", () => {
  expect(readConnection({ body: Buffer.from([7, 0, 0, 0]) })).toBeUndefined();
});

test("counters are summed over CPUs, those of another size passed over", () => {
  const cpu = (failed: number) => ({
    body: new NetlinkWriter().raw(Buffer.alloc(4)).u32be(9, failed).u64be(14, 1n).finish(),
  });
  expect(sumCounters([cpu(2), cpu(3)])).toMatchObject({ insertFailed: 5, clashResolve: 0 });
});

test("how full it is, from a kernel that does not say how much it holds", () => {
  const body = new NetlinkWriter().raw(Buffer.alloc(4)).u32be(1, 12).finish();
  expect(readFill({ body })).toEqual({ entries: 12, maxEntries: undefined });
});
