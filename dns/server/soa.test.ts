import { describe, expect, it } from "vitest";
import { zoneText } from "#test/zone-text/zone-text.ts";
import { decodeMessage } from "../wire/decode.ts";
import { nameToWire } from "../wire/name.ts";
import { SOA_RECORD_BYTES, writeSoa } from "./soa.ts";

/** The record as the authority of a message whose question has that name. */
function decoded(name: string, zone: string, minimumSeconds: number, serial: number): string[] {
  const wire = nameToWire(name);
  const end = 12 + wire.length + 4;
  const bytes = new Uint8Array(end + SOA_RECORD_BYTES);
  bytes.set([0, 0, 0x84, 3, 0, 1, 0, 0, 0, 1, 0, 0]);
  bytes.set(wire, 12);
  bytes.set([0, 1, 0, 1], end - 4);
  const apex = 12 + wire.length - nameToWire(zone).length;
  const tail = writeSoa(new DataView(bytes.buffer), end, apex, minimumSeconds, serial);
  expect(tail).toBe(bytes.length);
  return decodeMessage(bytes).authorities.map(zoneText);
}

const long = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(47)}.cluster.local.`;

describe("writeSoa", () => {
  it.each([
    [
      "nope.svc.cluster.local.",
      "cluster.local.",
      5,
      1_700_000_000,
      "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1700000000 7200 1800 86400 5",
    ],
    [
      "nope.CLUSTER.Local.",
      "cluster.local.",
      300,
      0,
      "CLUSTER.Local. 300 IN SOA ns.dns.CLUSTER.Local. hostmaster.CLUSTER.Local. 0 7200 1800 86400 300",
    ],
    // A serial beyond 31 bits, and a minimum that is longer than the record may live.
    [
      "in-addr.arpa.",
      "in-addr.arpa.",
      3600,
      0xffff_ffff,
      "in-addr.arpa. 300 IN SOA ns.dns.in-addr.arpa. hostmaster.in-addr.arpa. 4294967295 7200 1800 86400 3600",
    ],
    ["nope.", ".", 0, 1, ". 0 IN SOA ns.dns. hostmaster. 1 7200 1800 86400 0"],
    [
      long,
      "cluster.local.",
      30,
      7,
      "cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 7 7200 1800 86400 30",
    ],
  ])("for %s in %s", (name, zone, minimumSeconds, serial, line) => {
    expect(decoded(name, zone, minimumSeconds, serial)).toEqual([line]);
  });
});
