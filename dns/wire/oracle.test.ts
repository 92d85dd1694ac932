/** dns-packet as the second opinion: what one writes the other must read alike, for all types that both know. */
import {
  type Answer,
  decode,
  encode,
  type OptAnswer,
  type Packet,
  type RecordType as PacketType,
} from "dns-packet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage, hostName } from "#test/zone-text/arbitrary-message.ts";
import { readIPv6, writeIPv6 } from "./address.ts";
import { HeaderFlag, RecordClass, typeName } from "./constants.ts";
import type { Edns, Message, ResourceRecord } from "./contract.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";

/** dns-packet leaves the last dot out. */
const bare = (name: string) => (name === "." ? name : name.slice(0, -1));
const latin1 = (text: string) => Buffer.from(text, "latin1");
const className = (code: number) => (code === RecordClass.CH ? "CH" : "IN");

/** dns-packet's names: numbers that neither side names are UNKNOWN_n there. */
const packetType = (code: number) => typeName(code).replace("TYPE", "UNKNOWN_") as PacketType;

function dataOf(record: ResourceRecord): unknown {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.address;
    case "CNAME":
    case "NS":
    case "PTR":
    case "DNAME":
      return bare(record.target);
    case "MX":
      return { preference: record.preference, exchange: bare(record.target) };
    case "SRV": {
      const { priority, weight, port } = record;
      return { priority, weight, port, target: bare(record.target) };
    }
    case "SOA":
      return {
        mname: bare(record.primary),
        rname: bare(record.mailbox),
        serial: record.serial,
        refresh: record.refreshSeconds,
        retry: record.retrySeconds,
        expire: record.expireSeconds,
        minimum: record.minimumSeconds,
      };
    case "TXT":
      return record.texts.map(latin1);
    case "HINFO":
      return { cpu: record.texts[0], os: record.texts[1] };
    case "OPAQUE":
      return Buffer.from(record.data);
  }
}

function answerOf(record: ResourceRecord): Answer {
  const type = record.type === "OPAQUE" ? packetType(record.typeCode) : record.type;
  const head = { name: bare(record.name), ttl: record.ttlSeconds, class: className(record.class) };
  // The union of dns-packet's answers cannot be built from a type that is known at run time alone.
  return { ...head, type, data: dataOf(record) } as Answer;
}

function optOf(edns: Edns, rcode: number): OptAnswer {
  return {
    name: ".",
    type: "OPT",
    udpPayloadSize: edns.udpPayloadBytes,
    extendedRcode: rcode >> 4,
    ednsVersion: edns.version,
    flags: edns.dnssecOk ? 0x8000 : 0,
    flag_do: edns.dnssecOk,
    options: edns.options.map(({ code, data }) => ({ code, data: Buffer.from(data) })),
  } as OptAnswer;
}

function packetOf(message: Message): Packet {
  const { flags } = message;
  const bits = [
    flags.authoritative && HeaderFlag.AA,
    flags.truncated && HeaderFlag.TC,
    flags.recursionDesired && HeaderFlag.RD,
    flags.recursionAvailable && HeaderFlag.RA,
    flags.authenticData && HeaderFlag.AD,
    flags.checkingDisabled && HeaderFlag.CD,
  ];
  const opt = message.edns === undefined ? [] : [optOf(message.edns, message.rcode)];
  return {
    type: flags.response ? "response" : "query",
    id: message.id,
    flags: bits.reduce(
      (word: number, bit) => word | Number(bit),
      (message.opcode << 11) | (message.rcode & 0xf),
    ),
    questions: message.questions.map((question) => ({
      name: bare(question.name),
      type: packetType(question.type),
      class: className(question.class),
    })),
    answers: message.answers.map(answerOf),
    authorities: message.authorities.map(answerOf),
    additionals: [...message.additionals.map(answerOf), ...opt],
  };
}

/** IPv6 text has many spellings; both sides are compared in ours. */
function settleAddress(answer: Answer): Answer {
  if (answer.type !== "AAAA") return answer;
  const bytes = new Uint8Array(16);
  writeIPv6(answer.data, bytes, 0);
  return { ...answer, data: readIPv6(bytes, 0) };
}

function readByDnsPacket(bytes: Uint8Array): Packet {
  const packet = decode(Buffer.from(bytes));
  const settle = (answers: Answer[] | undefined) => answers?.map(settleAddress);
  return {
    ...packet,
    answers: settle(packet.answers),
    authorities: settle(packet.authorities),
    additionals: settle(packet.additionals),
  };
}

/** Types that dns-packet has no name for, or takes apart itself, are asked for in no question. */
const known = new Set([
  "A",
  "AAAA",
  "NS",
  "CNAME",
  "SOA",
  "PTR",
  "HINFO",
  "MX",
  "TXT",
  "SRV",
  "ANY",
  "CAA",
]);
const messages = arbitraryMessage(hostName)
  .filter(
    ({ questions, edns }) =>
      questions.every((question) => known.has(typeName(question.type))) &&
      // It takes size 0 for "not given".
      edns?.udpPayloadBytes !== 0,
  )
  .map((message) => ({
    ...message,
    answers: message.answers.map(plainHinfo),
    authorities: message.authorities.map(plainHinfo),
    additionals: message.additionals.map(plainHinfo),
  }));

/** It takes HINFO strings for UTF-8, so only ASCII means the same to both. */
function plainHinfo(record: ResourceRecord): ResourceRecord {
  if (record.type !== "HINFO") return record;
  return { ...record, texts: record.texts.map((text) => text.replace(/[^ -~]/g, "-")) };
}

test("dns-packet reads what is written here, compression included", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(readByDnsPacket(encodeMessage(message))).toMatchObject(packetOf(message));
    }),
    { numRuns: 300 },
  );
});

test("what dns-packet writes is read here", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(decodeMessage(encode(packetOf(message)))).toEqual(message);
    }),
    { numRuns: 300 },
  );
});
