import { HEADER_BYTES, HeaderFlag, MAX_MESSAGE_BYTES } from "./constants.ts";
import type { Message, MessageFlags, Question, ResourceRecord } from "./contract.ts";
import { ednsBytes, writeEdns } from "./edns.ts";
import { writeRecord } from "./records.ts";
import { WireError } from "./wire-error.ts";
import { WireWriter } from "./writer.ts";

/** Where the header counts answers, authorities and additionals, two bytes each. */
const RECORD_COUNTS_AT = 6;
const ADDITIONAL_COUNT_AT = 10;

/** Encoding is synchronous and the result is copied out, so one buffer serves all messages of a thread. */
const writer = new WireWriter();

/**
 * Writes as much of a message as limitBytes holds: header and questions, then whole records in order until one does
 * not fit, then OPT, whose room was kept (its options go when even they do not fit). `complete` says whether
 * all is in; when not, the TC bit is set.
 *
 * Throws WireError for what no message can carry, and when the questions alone are over the limit.
 */
export function writeMessage(
  message: Message,
  limitBytes: number,
): { readonly bytes: Uint8Array; readonly complete: boolean } {
  const limit = Math.min(limitBytes, MAX_MESSAGE_BYTES);
  writer.reset();
  writeHeader(message);
  for (const question of message.questions) writeQuestion(question, limit);

  let edns = message.edns;
  const optionsFit = writer.offset + ednsBytes(edns) <= limit;
  if (edns !== undefined && !optionsFit) edns = { ...edns, options: [] };
  const recordLimit = limit - ednsBytes(edns);
  if (writer.offset > recordLimit) throw questionsTooLong(limit);

  let complete = optionsFit;
  const sections = [message.answers, message.authorities, message.additionals];
  for (const [index, records] of sections.entries()) {
    const count = complete ? writeSection(records, recordLimit) : 0;
    complete &&= count === records.length;
    writer.setU16(RECORD_COUNTS_AT + 2 * index, count);
  }
  if (edns !== undefined) {
    writeEdns(writer, edns, message.rcode);
    writer.setU16(ADDITIONAL_COUNT_AT, writer.bytes.readUInt16BE(ADDITIONAL_COUNT_AT) + 1);
  }
  if (!complete) writer.bytes[2] = (writer.bytes[2] as number) | (HeaderFlag.TC >>> 8);
  return { bytes: writer.copy(), complete };
}

function writeHeader({ id, opcode, rcode, flags, questions, edns }: Message): void {
  if (opcode !== (opcode & 0xf)) throw new WireError(`${opcode} is no opcode`);
  if (rcode !== (rcode & 0xfff)) throw new WireError(`${rcode} is no rcode`);
  if (rcode > 0xf && edns === undefined)
    throw new WireError(`rcode ${rcode} needs EDNS (RFC 6891 §6.1.3)`);
  writer.u16(id);
  writer.u16(flagBits(flags) | (opcode << 11) | (rcode & 0xf));
  writer.u16(questions.length);
  writer.offset = HEADER_BYTES;
}

function flagBits(flags: MessageFlags): number {
  return (
    (flags.response ? HeaderFlag.QR : 0) |
    (flags.authoritative ? HeaderFlag.AA : 0) |
    (flags.truncated ? HeaderFlag.TC : 0) |
    (flags.recursionDesired ? HeaderFlag.RD : 0) |
    (flags.recursionAvailable ? HeaderFlag.RA : 0) |
    (flags.authenticData ? HeaderFlag.AD : 0) |
    (flags.checkingDisabled ? HeaderFlag.CD : 0)
  );
}

function writeQuestion(question: Question, limit: number): void {
  writer.name(question.name, true);
  writer.u16(question.type);
  writer.u16(question.class);
  if (writer.offset > limit) throw questionsTooLong(limit);
}

const questionsTooLong = (limit: number) =>
  new WireError(`the questions do not fit in ${limit} bytes`);

/** Returns how many records went in before one did not fit. */
function writeSection(records: readonly ResourceRecord[], limit: number): number {
  for (const [index, record] of records.entries()) {
    const start = writer.offset;
    writeRecord(writer, record);
    if (writer.offset > limit) {
      writer.offset = start;
      return index;
    }
  }
  return records.length;
}
