import { HeaderFlag, RecordType } from "./constants.ts";
import type {
  Edns,
  Message,
  MessageFlags,
  OpaqueRecord,
  Question,
  ResourceRecord,
} from "./contract.ts";
import { readEdns } from "./edns.ts";
import { WireReader } from "./reader.ts";
import { readRecord } from "./records.ts";
import { WireError } from "./wire-error.ts";

/**
 * Reads a message (RFC 1035 §4.1, OPT by RFC 6891). Nothing in the result shares memory with the bytes. Bytes behind
 * the last announced record are ignored, as CoreDNS does.
 *
 * Throws WireError, and nothing else, for bytes that are no message: counts or lengths beyond the bytes, names that
 * loop or are too long, data that contradicts its length, an OPT that comes twice, outside the additional section or
 * with an owner (RFC 6891 §6.1.1 wants FORMERR for these).
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new WireReader(bytes);
  const id = reader.u16();
  const word = reader.u16();
  const questionCount = reader.u16();
  const answerCount = reader.u16();
  const authorityCount = reader.u16();
  const additionalCount = reader.u16();
  const message = {
    id,
    opcode: (word >>> 11) & 0xf,
    rcode: word & 0xf,
    flags: readFlags(word),
    questions: readQuestions(reader, questionCount),
    answers: readSection(reader, answerCount),
    authorities: readSection(reader, authorityCount),
  };
  const { records, edns, upperRcode } = readAdditionals(reader, additionalCount);
  if (edns === undefined) return { ...message, additionals: records };
  return { ...message, rcode: (upperRcode << 4) | message.rcode, additionals: records, edns };
}

function readFlags(word: number): MessageFlags {
  return {
    response: (word & HeaderFlag.QR) !== 0,
    authoritative: (word & HeaderFlag.AA) !== 0,
    truncated: (word & HeaderFlag.TC) !== 0,
    recursionDesired: (word & HeaderFlag.RD) !== 0,
    recursionAvailable: (word & HeaderFlag.RA) !== 0,
    authenticData: (word & HeaderFlag.AD) !== 0,
    checkingDisabled: (word & HeaderFlag.CD) !== 0,
  };
}

/** Counts are a stranger's word: arrays grow with what is really read. */
function readQuestions(reader: WireReader, count: number): Question[] {
  const questions: Question[] = [];
  for (let i = 0; i < count; i++) {
    questions.push({ name: reader.name(), type: reader.u16(), class: reader.u16() });
  }
  return questions;
}

function readSection(reader: WireReader, count: number): ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let i = 0; i < count; i++) {
    const record = readRecord(reader);
    if (isOpt(record))
      throw new WireError("an OPT record outside the additional section", reader.offset);
    records.push(record);
  }
  return records;
}

function readAdditionals(reader: WireReader, count: number) {
  const records: ResourceRecord[] = [];
  let edns: Edns | undefined;
  let upperRcode = 0;
  for (let i = 0; i < count; i++) {
    const record = readRecord(reader);
    if (!isOpt(record)) {
      records.push(record);
      continue;
    }
    if (edns !== undefined) throw new WireError("a second OPT record", reader.offset);
    ({ edns, upperRcode } = readEdns(record));
  }
  return { records, edns, upperRcode };
}

function isOpt(record: ResourceRecord): record is OpaqueRecord {
  return record.type === "OPAQUE" && record.typeCode === RecordType.OPT;
}
