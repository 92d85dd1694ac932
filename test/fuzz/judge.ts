/** Says from the bytes alone what a server owes to a message, and what is wrong with a reply. */
import type { Due } from "./contract.ts";
import { Malformed, walkMessage } from "./message-walk.ts";

const NOERROR = 0;
const FORMERR = 1;
const NXDOMAIN = 3;
const NOTIMP = 4;
const REFUSED = 5;
const BADVERS = 16;
const CLASS_IN = 1;
const QR = 0x8000;
const OPCODE = 0x7800;
const TC = 0x0200;
const RD = 0x0100;
const MIN_LIMIT_BYTES = 512;

/** @param bytes what the server has of the message: a datagram may have been cut to its receive buffer */
export function judge(bytes: Buffer): Due {
  if (bytes.length < 12) return { kind: "silence" };
  const flags = bytes.readUInt16BE(2);
  if ((flags & QR) !== 0) return { kind: "silence" };
  // RFC 1035 §4.1.1: a kind of query that is not supported; no other opcode has a meaning here.
  if ((flags & OPCODE) !== 0) return { kind: "refusal", rcode: NOTIMP };
  if (!hasPlausibleCounts(bytes)) return { kind: "refusal", rcode: FORMERR };
  try {
    return judgeWalked(walkMessage(bytes));
  } catch (error) {
    if (error instanceof Malformed) return { kind: "refusal", rcode: FORMERR };
    throw error;
  }
}

/**
 * One question (RFC 9619 §4), and beside it what queries may carry: one answer (RFC 1996 §3.7), one authority (RFC 1995
 * §3), an OPT and a TSIG.
 */
function hasPlausibleCounts(bytes: Buffer): boolean {
  const [questions = 0, answers = 0, authorities = 0, additionals = 0] = [4, 6, 8, 10].map((at) =>
    bytes.readUInt16BE(at),
  );
  return questions === 1 && answers <= 1 && authorities <= 1 && additionals <= 2;
}

function judgeWalked({ question = Buffer.alloc(0), opt }: ReturnType<typeof walkMessage>): Due {
  const isInternet = question.readUInt16BE(question.length - 2) === CLASS_IN;
  const answered = isInternet ? [NOERROR, NXDOMAIN, REFUSED] : [REFUSED];
  return {
    kind: "reply",
    // RFC 6891 §6.1.3; §6.2.3 for the limit.
    rcodes: opt !== undefined && opt.version !== 0 ? [BADVERS] : answered,
    question,
    limitBytes: Math.max(MIN_LIMIT_BYTES, opt?.payloadBytes ?? 0),
    withOpt: opt !== undefined,
  };
}

/** What is wrong with a reply; undefined when nothing is. The caller has seen to the ID. */
export function complaintAbout(
  query: Buffer,
  due: Due,
  reply: Buffer,
  over: "udp" | "tcp",
): string | undefined {
  if (due.kind === "silence") return "nothing was due";
  if (reply.length < 12) return "the reply has no header";
  const flags = reply.readUInt16BE(2);
  if ((flags & QR) === 0) return "the reply is no response";
  const echoed = OPCODE | RD;
  if (((flags ^ query.readUInt16BE(2)) & echoed) !== 0) return "opcode or RD is not the query's";
  try {
    const walked = walkMessage(reply);
    if (walked.end !== reply.length) return "there are bytes behind the last record";
    const rcode = ((walked.opt?.upperRcode ?? 0) << 4) | (flags & 0xf);
    return due.kind === "refusal"
      ? complaintAboutRefusal(due.rcode, rcode, walked.question)
      : complaintAboutReply(due, rcode, walked, over === "udp" ? reply.length : 0, over);
  } catch (error) {
    if (error instanceof Malformed) return `the reply is malformed: ${error.message}`;
    throw error;
  }
}

function complaintAboutRefusal(due: number, rcode: number, question: Buffer | undefined) {
  if (rcode !== due) return `rcode ${rcode} where ${due} is due`;
  return question === undefined ? undefined : "a question that was not read cannot be echoed";
}

function complaintAboutReply(
  due: Extract<Due, { kind: "reply" }>,
  rcode: number,
  { question, opt, flags }: ReturnType<typeof walkMessage>,
  datagramBytes: number,
  over: "udp" | "tcp",
): string | undefined {
  if (!due.rcodes.includes(rcode)) return `rcode ${rcode} where ${due.rcodes.join(" or ")} is due`;
  if (question === undefined || !question.equals(due.question)) return "another question is echoed";
  if ((opt !== undefined) !== due.withOpt) return "an OPT is answered by one, and only an OPT is";
  if (datagramBytes > due.limitBytes) return `${datagramBytes} bytes where ${due.limitBytes} fit`;
  if (over === "tcp" && (flags & TC) !== 0) return "TC over TCP, where all of this fits";
  return undefined;
}
