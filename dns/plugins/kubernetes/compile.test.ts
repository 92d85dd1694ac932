import { describe, expect, it } from "vitest";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import {
  type CompiledEntry,
  FLAG_DEFER_ADDRESSES,
  FLAG_DEFER_ALL,
  FLAG_DEFER_SRV,
  MAX_SECTION_BYTES,
} from "../../answers/layout.ts";
import { RecordType, typeName } from "../../wire/constants.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { nameFromWire } from "../../wire/name.ts";
import { compileName, compilePointers, hasRoom, inZone, type ZoneTarget } from "./compile.ts";
import type { NameRecords } from "./contract.ts";
import { isEncodable } from "./labels.ts";

const zone: ZoneTarget = { index: 3, name: "cluster.local.", ttlSeconds: 5 };

function recordsOf(owner: string, parts: Partial<NameRecords>): NameRecords {
  return { owner, kind: "service", v4: [], v6: [], srv: [], targets: [], ...parts };
}

/** The sections of one set behind a header and the question that their pointers point into, decoded. */
function textOf({ name, sets }: CompiledEntry, type: number): string[] {
  const set = sets.find((candidate) => candidate.type === type);
  if (set === undefined) throw new Error(`there is no ${typeName(type)} set`);
  const question = Buffer.from([...name, 0, type, 0, 1]);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x8400, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(set.answerCount, 6);
  header.writeUInt16BE(set.additionalCount, 10);
  const message = Buffer.concat([header, question, set.answer, set.additional]);
  return toZoneText(decodeMessage(message)).split("\n").slice(2);
}

const typesOf = ({ sets }: CompiledEntry): string[] => sets.map(({ type }) => typeName(type));

describe("compileName", () => {
  it("writes addresses of both families, records of one length each", () => {
    const entry = compileName(
      recordsOf("web.shop.svc", { v4: ["10.0.0.1", "10.0.0.2"], v6: ["fd00::1"] }),
      zone,
    );
    expect(nameFromWire(entry.name)).toBe("web.shop.svc.cluster.local.");
    expect(entry).toMatchObject({ flags: 0, zoneIndex: 3 });
    expect(entry.sets.map(({ recordBytes }) => recordBytes)).toEqual([16, 28]);
    expect(textOf(entry, RecordType.A)).toEqual([
      ";; answer",
      "web.shop.svc.cluster.local. 5 IN A 10.0.0.1",
      "web.shop.svc.cluster.local. 5 IN A 10.0.0.2",
    ]);
    expect(textOf(entry, RecordType.AAAA)).toEqual([
      ";; answer",
      "web.shop.svc.cluster.local. 5 IN AAAA fd00::1",
    ]);
  });

  it("writes SRV with the addresses of its targets, whose owners point into the answer", () => {
    const host = (n: number): string => `h${n}.web.shop.svc`;
    const entry = compileName(
      recordsOf("_http._tcp.web.shop.svc", {
        kind: "port",
        v4: ["10.1.0.1"],
        srv: [1, 2].map((n) => ({ weight: 33, port: 80, target: host(n) })),
        targets: [
          { target: host(1), address: "10.1.0.1" },
          { target: host(2), address: "10.1.0.2" },
          { target: host(2), address: "fd00::2" },
        ],
      }),
      zone,
    );
    expect(entry.flags).toBe(FLAG_DEFER_ADDRESSES);
    expect(entry.sets.map(({ recordBytes }) => recordBytes)).toEqual([0]);
    expect(textOf(entry, RecordType.SRV)).toEqual([
      ";; answer",
      "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 33 80 h1.web.shop.svc.cluster.local.",
      "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 33 80 h2.web.shop.svc.cluster.local.",
      ";; additional",
      "h1.web.shop.svc.cluster.local. 5 IN A 10.1.0.1",
      "h2.web.shop.svc.cluster.local. 5 IN A 10.1.0.2",
      "h2.web.shop.svc.cluster.local. 5 IN AAAA fd00::2",
    ]);
  });

  it("writes names below the root zone", () => {
    const entry = compileName(recordsOf("web.shop.svc", { v4: ["10.0.0.1"] }), {
      ...zone,
      name: ".",
    });
    expect(textOf(entry, RecordType.A)).toEqual([";; answer", "web.shop.svc. 5 IN A 10.0.0.1"]);
  });

  const srvOf = (targets: number, label = "h"): NameRecords => {
    const names = Array.from({ length: targets }, (_, n) => `${label}${n}.web.shop.svc`);
    return recordsOf("_http._tcp.web.shop.svc", {
      kind: "port",
      srv: names.map((target) => ({ weight: 1, port: 80, target })),
      targets: names.map((target) => ({ target, address: "10.1.0.1" })),
    });
  };

  it.each<[string, NameRecords, number, string[]]>([
    ["an ExternalName", recordsOf("e.shop.svc", { cname: "a.test." }), FLAG_DEFER_ALL, []],
    ["a name without data", recordsOf("_tcp.e.shop.svc", { kind: "protocol" }), 0, []],
    [
      "SRV at the name of a service",
      recordsOf("web.shop.svc", {
        v4: ["10.0.0.1"],
        srv: [{ weight: 100, port: 80, target: "web.shop.svc" }],
      }),
      FLAG_DEFER_SRV,
      ["A"],
    ],
    [
      "a port name without SRV",
      recordsOf("_http._tcp.e.shop.svc", { kind: "port", v4: ["10.1.0.1"] }),
      FLAG_DEFER_ADDRESSES,
      [],
    ],
    ["targets that pointers reach", srvOf(300), FLAG_DEFER_ADDRESSES, ["SRV"]],
    ["a target beyond offset 16383", srvOf(400), FLAG_DEFER_ALL, []],
    ["SRV longer than a message", srvOf(1500), FLAG_DEFER_ALL, []],
    ["targets too long for the zone", srvOf(1, "x".repeat(240)), FLAG_DEFER_ALL, []],
  ])("%s", (_, records, flags, types) => {
    const entry = compileName(records, zone);
    expect(entry.flags).toBe(flags);
    expect(typesOf(entry)).toEqual(types);
  });

  it.each([
    ["A", 5000, 4096],
    ["A", 4094, 4094],
    ["AAAA", 5000, 2341],
  ] as const)(
    "keeps of %s records, if %i, as many as show that they do not fit: %i",
    (type, given, kept) => {
      const part =
        type === "A"
          ? { v4: Array.from({ length: given }, (_, n) => `10.0.${n >> 8}.${n & 255}`) }
          : { v6: Array.from({ length: given }, (_, n) => `fd00::${(n + 1).toString(16)}`) };
      const entry = compileName(recordsOf("h.shop.svc", part), zone);
      const [set] = entry.sets;
      expect(set?.answerCount).toBe(kept);
      expect(set?.answer.length).toBe(kept * (type === "A" ? 16 : 28));
      if (kept < given) expect(set?.answer.length).toBeGreaterThan(65_535 - 12 - 5);
    },
  );
});

describe("compilePointers", () => {
  const reverse: ZoneTarget = { index: 1, name: "in-addr.arpa.", ttlSeconds: 30 };
  const name = "1.0.0.10.in-addr.arpa.";

  it("writes a record for each target", () => {
    const entry = compilePointers(
      name,
      ["a.web.shop.svc.cluster.local.", "b.web.shop.svc.cluster.local."],
      reverse,
    );
    expect(entry).toMatchObject({ flags: 0, zoneIndex: 1 });
    expect(textOf(entry, RecordType.PTR)).toEqual([
      ";; answer",
      "1.0.0.10.in-addr.arpa. 30 IN PTR a.web.shop.svc.cluster.local.",
      "1.0.0.10.in-addr.arpa. 30 IN PTR b.web.shop.svc.cluster.local.",
    ]);
  });

  it("leaves more than a message holds to the slow path", () => {
    const targets = Array.from({ length: 3000 }, (_, n) => `h${n}.web.shop.svc.cluster.local.`);
    expect(targets.join("").length).toBeGreaterThan(MAX_SECTION_BYTES);
    expect(compilePointers(name, targets, reverse)).toMatchObject({
      flags: FLAG_DEFER_ALL,
      sets: [],
    });
  });
});

describe("hasRoom", () => {
  const ownerOf = (length: number): string => `${"a".repeat(63)}.`.repeat(4).slice(0, length);

  it.each([
    ["cluster.local.", 239],
    [".", 253],
  ])("below %s for %i characters, and a name has no more", (zoneName, longest) => {
    for (const length of [longest, longest + 1]) {
      const owner = ownerOf(length);
      expect(hasRoom(owner, zoneName)).toBe(length === longest);
      expect(isEncodable(inZone(owner, zoneName))).toBe(length === longest);
    }
  });
});
