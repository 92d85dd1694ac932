/** Messages at random (fast-check) for the properties of the codec: every record type, shared name tails, odd octets. */
import fc from "fast-check";
import { readIPv4, readIPv6 } from "#dns/wire/address.ts";
import { RecordClass, RecordType } from "#dns/wire/constants.ts";
import type { Edns, Message, Question, ResourceRecord } from "#dns/wire/contract.ts";
import { nameFromWire } from "#dns/wire/name.ts";

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });

/** Names as hosts have them, which any library can hold. */
export const hostName: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/), { maxLength: 4 }),
    fc.constantFrom("", "svc.cluster.local.", "SVC.cluster.local.", "example."),
  )
  .map(([labels, zone]) => labels.map((label) => `${label}.`).join("") + zone || ".");

/** Labels of any octets, so that every escape occurs. */
const oddName = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 5 })
  .map((labels) => nameFromWire(Uint8Array.from([...labels.flatMap((l) => [l.length, ...l]), 0])));

/** Either kind of name. */
export const anyName: fc.Arbitrary<string> = fc.oneof({ weight: 3, arbitrary: hostName }, oddName);

const text = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

const opaqueTypes = [RecordType.NULL, 4711, 65_280];

/** A record of any type over the given names. */
export function arbitraryRecord(name: fc.Arbitrary<string>): fc.Arbitrary<ResourceRecord> {
  const head = {
    name,
    class: fc.constantFrom(RecordClass.IN, RecordClass.CH),
    ttlSeconds: u32,
  };
  const of = <T extends ResourceRecord["type"]>(type: T) => ({ ...head, type: fc.constant(type) });
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  return fc.oneof<fc.Arbitrary<ResourceRecord>[]>(
    fc.record({ ...of("A"), address: bytes(4).map((b) => readIPv4(b, 0)) }),
    fc.record({ ...of("AAAA"), address: bytes(16).map((b) => readIPv6(b, 0)) }),
    fc.record({ ...of("CNAME"), target: name }),
    fc.record({ ...of("NS"), target: name }),
    fc.record({ ...of("PTR"), target: name }),
    fc.record({ ...of("DNAME"), target: name }),
    fc.record({ ...of("MX"), preference: u16, target: name }),
    fc.record({ ...of("SRV"), priority: u16, weight: u16, port: u16, target: name }),
    fc.record({
      ...of("SOA"),
      primary: name,
      mailbox: name,
      serial: u32,
      refreshSeconds: u32,
      retrySeconds: u32,
      expireSeconds: u32,
      minimumSeconds: u32,
    }),
    fc.record({ ...of("TXT"), texts: fc.array(text, { minLength: 1, maxLength: 4 }) }),
    fc.record({ ...of("HINFO"), texts: fc.tuple(text, text) }),
    fc.record({
      ...of("OPAQUE"),
      typeCode: fc.constantFrom(...opaqueTypes),
      data: fc.uint8Array({ maxLength: 50 }),
    }),
  );
}

const edns: fc.Arbitrary<Edns> = fc.record({
  version: u8,
  udpPayloadBytes: u16,
  dnssecOk: fc.boolean(),
  options: fc.array(
    fc.record({ code: fc.constantFrom(3, 10, 65_001), data: fc.uint8Array({ maxLength: 40 }) }),
    {
      maxLength: 3,
    },
  ),
});

/** A whole message with one question; `maxRecords` bounds each section. */
export function arbitraryMessage(
  name: fc.Arbitrary<string> = anyName,
  maxRecords = 6,
): fc.Arbitrary<Message> {
  const section = fc.array(arbitraryRecord(name), { maxLength: maxRecords });
  const question: fc.Arbitrary<Question> = fc.record({
    name,
    type: fc.constantFrom<number>(...Object.values(RecordType)),
    class: fc.constantFrom(RecordClass.IN, RecordClass.CH),
  });
  const parts = {
    id: u16,
    opcode: fc.integer({ min: 0, max: 15 }),
    flags: fc.record({
      response: fc.boolean(),
      authoritative: fc.boolean(),
      truncated: fc.boolean(),
      recursionDesired: fc.boolean(),
      recursionAvailable: fc.boolean(),
      authenticData: fc.boolean(),
      checkingDisabled: fc.boolean(),
    }),
    questions: fc.tuple(question),
    answers: section,
    authorities: section,
    additionals: section,
  };
  return fc.oneof<fc.Arbitrary<Message>[]>(
    fc.record({ ...parts, rcode: fc.integer({ min: 0, max: 15 }) }),
    fc.record({ ...parts, rcode: fc.integer({ min: 0, max: 4095 }), edns }),
  );
}
