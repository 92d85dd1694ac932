/**
 * A reader of DNS messages for the judge, written from the RFCs alone and sharing nothing with the server: it says
 * whether bytes are a message, and little else.
 */

export class Malformed extends Error {}

interface WalkedOpt {
  readonly payloadBytes: number;
  readonly upperRcode: number;
  readonly version: number;
}

export interface WalkedMessage {
  readonly flags: number;
  /** The first question: its name written out, type and class. */
  readonly question: Buffer | undefined;
  readonly opt: WalkedOpt | undefined;
  /** Where the last announced record ends. */
  readonly end: number;
}

const OPT = 41;

/**
 * The RDATA of types whose form is fixed, as a sequence of parts: a number of bytes, a name, or character strings (one
 * or more, or exactly two). RFC 1035 §3.3 and §3.4, RFC 3596, RFC 2782, RFC 6672.
 */
const rdata: Readonly<Record<number, readonly (number | "name" | "strings" | "two strings")[]>> = {
  1: [4],
  2: ["name"],
  5: ["name"],
  6: ["name", "name", 20],
  12: ["name"],
  13: ["two strings"],
  15: [2, "name"],
  16: ["strings"],
  28: [16],
  33: [6, "name"],
  39: ["name"],
};

/**
 * Walks over everything that the header announces (RFC 1035 §4.1).
 * @throws Malformed for what is no message
 */
export function walkMessage(bytes: Buffer): WalkedMessage {
  need(bytes, 0, 12);
  const [questions = 0, ...sections] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  let at = 12;
  let question: Buffer | undefined;
  for (let count = 0; count < questions; count++) {
    const name = walkName(bytes, at);
    need(bytes, name.end, 4);
    question ??= Buffer.concat([name.written, bytes.subarray(name.end, name.end + 4)]);
    at = name.end + 4;
  }
  const opts: WalkedOpt[] = [];
  for (const [section, records] of sections.entries()) {
    for (let count = 0; count < records; count++) {
      const record = walkRecord(bytes, at);
      at = record.end;
      if (record.opt === undefined) continue;
      // RFC 6891 §6.1.1: in the additional section, and at most one.
      if (section !== 2 || opts.length > 0) throw new Malformed("an OPT too many or misplaced");
      opts.push(record.opt);
    }
  }
  return { flags: bytes.readUInt16BE(2), question, opt: opts[0], end: at };
}

function walkRecord(bytes: Buffer, start: number): { end: number; opt: WalkedOpt | undefined } {
  const owner = walkName(bytes, start);
  const head = owner.end;
  need(bytes, head, 10);
  const type = bytes.readUInt16BE(head);
  const data = head + 10;
  const end = data + bytes.readUInt16BE(head + 8);
  need(bytes, data, end - data);
  if (type !== OPT) {
    walkData(bytes, rdata[type], data, end);
    return { end, opt: undefined };
  }
  if (owner.written.length !== 1) throw new Malformed("an OPT with an owner");
  walkOptions(bytes, data, end);
  const opt = {
    payloadBytes: bytes.readUInt16BE(head + 2),
    upperRcode: bytes.readUInt8(head + 4),
    version: bytes.readUInt8(head + 5),
  };
  return { end, opt };
}

function walkOptions(bytes: Buffer, start: number, end: number): void {
  let at = start;
  while (at < end) {
    if (at + 4 > end) throw new Malformed("an option without a head");
    at += 4 + bytes.readUInt16BE(at + 2);
  }
  if (at !== end) throw new Malformed("options longer than their record");
}

function walkData(
  bytes: Buffer,
  form: (typeof rdata)[number] | undefined,
  start: number,
  end: number,
): void {
  if (form === undefined) return;
  let at = start;
  for (const part of form) {
    if (typeof part === "number") at += part;
    else if (part === "name") at = walkName(bytes, at).end;
    else at = walkStrings(bytes, part === "strings" ? undefined : 2, at, end);
  }
  if (at !== end) throw new Malformed("data of another length than announced");
}

function walkStrings(bytes: Buffer, count: number | undefined, start: number, end: number): number {
  let at = start;
  let strings = 0;
  while (at < end) {
    at += 1 + bytes.readUInt8(at);
    strings++;
  }
  if (count === undefined ? strings === 0 : strings !== count) throw new Malformed("strings");
  return at;
}

/** A name written out, and where its part in place ends (RFC 1035 §3.1, §4.1.4: a pointer leads to an earlier place). */
function walkName(bytes: Buffer, start: number): { written: Buffer; end: number } {
  const labels: Buffer[] = [];
  let total = 1;
  let end: number | undefined;
  let at = start;
  let partStart = start;
  for (;;) {
    need(bytes, at, 1);
    const length = bytes.readUInt8(at);
    if (length === 0) break;
    if (length < 64) {
      need(bytes, at + 1, length);
      total += 1 + length;
      if (total > 255) throw new Malformed("a name over 255 bytes");
      labels.push(bytes.subarray(at, at + 1 + length));
      at += 1 + length;
      continue;
    }
    if (length < 192) throw new Malformed("a label of no known kind");
    need(bytes, at, 2);
    end ??= at + 2;
    const target = bytes.readUInt16BE(at) & 0x3fff;
    if (target < 12 || target >= partStart) throw new Malformed("a pointer to no earlier name");
    at = target;
    partStart = target;
  }
  return { written: Buffer.concat([...labels, Buffer.of(0)]), end: end ?? at + 1 };
}

function need(bytes: Buffer, at: number, length: number): void {
  if (at + length > bytes.length) throw new Malformed("beyond the end");
}
