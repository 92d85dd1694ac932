/** From a reply to the form in which workers give it. Pure. */
import {
  type CachedMessage,
  MAX_BODY_BYTES,
  type MessageKey,
  type TurnedRecords,
} from "../../answers/message-layout.ts";
import type { Popularity } from "../../answers/popularity.ts";
import { HEADER_BYTES, HeaderFlag, Rcode } from "../../wire/constants.ts";
import type { Message, ResourceRecord } from "../../wire/contract.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { nextLabel } from "../../wire/label.ts";
import { foldName } from "../../wire/name.ts";
import { WireReader } from "../../wire/reader.ts";

export interface MessageToCompile {
  readonly message: Message;
  /** Name of the question, lower case. */
  readonly name: string;
  readonly key: MessageKey;
  readonly denial: boolean;
  readonly storedMs: number;
  readonly ttlSeconds: number;
  readonly popularity: Popularity;
}

/** Type and class, of questions and records. */
const TYPE_AND_CLASS_BYTES = 4;
const TTL_BYTES = 4;
/** What a byte holds. */
const MAX_TURNED = 255;

/** Undefined for a reply that is too long for workers. */
export function compileMessage(input: MessageToCompile): CachedMessage | undefined {
  const { message, name, key, denial, storedMs, ttlSeconds, popularity } = input;
  const { answers, authorities, additionals } = message;
  const bytes = encodeMessage(inCaseOf(message, name));
  const { body, places } = layoutOf(bytes);
  if (body.length > MAX_BODY_BYTES) return undefined;
  const turned = message.rcode === Rcode.NOERROR ? turnedRecords(answers, places) : undefined;
  return {
    key,
    header: headerOf(message),
    answerCount: answers.length,
    authorityCount: authorities.length,
    additionalCount: additionals.length,
    body,
    ttlOffsets: places.map(({ ttlAt }) => ttlAt),
    storedMs,
    ttlSeconds,
    denial,
    popularity,
    ...(turned === undefined ? {} : { turned }),
  };
}

/** Bytes 2 and 3, the lower one first. AA as in replyFrom(). */
function headerOf({ flags, rcode }: Message): number {
  const word =
    HeaderFlag.QR |
    HeaderFlag.AA |
    (flags.recursionAvailable ? HeaderFlag.RA : 0) |
    (flags.authenticData ? HeaderFlag.AD : 0) |
    rcode;
  return (word >>> 8) | ((word & 0xff) << 8);
}

/**
 * The message with its question in lower case, and with it the tails that names have in common with it: the encoder
 * makes them pointers into the question, so that they come back in the case that each client asks in.
 */
function inCaseOf({ edns: _none, ...message }: Message, name: string): Message {
  const tails = new Set(tailsOf(name));
  const align = (text: string): string => {
    const folded = foldName(text);
    const tail = tailsOf(folded).find((candidate) => tails.has(candidate));
    return tail === undefined ? text : text.slice(0, text.length - tail.length) + tail;
  };
  const section = (records: readonly ResourceRecord[]) =>
    records.map((record) => withNames(record, align));
  return {
    ...message,
    questions: message.questions.map((question) => ({ ...question, name })),
    answers: section(message.answers),
    authorities: section(message.authorities),
    additionals: section(message.additionals),
  };
}

/** Its names that may be compressed, mapped (RFC 3597 §4). */
function withNames(record: ResourceRecord, map: (name: string) => string): ResourceRecord {
  const head = { ...record, name: map(record.name) };
  switch (head.type) {
    case "CNAME":
    case "NS":
    case "PTR":
    case "MX":
      return { ...head, target: map(head.target) };
    case "SOA":
      return { ...head, primary: map(head.primary), mailbox: map(head.mailbox) };
    default:
      return head;
  }
}

/** The name, its parent and so on, without the root. */
function tailsOf(name: string): string[] {
  const tails: string[] = [];
  for (let at = name === "." ? 1 : 0; at < name.length; at = nextLabel(name, at)) {
    tails.push(name.slice(at));
  }
  return tails;
}

/** A record in a body, by offsets into the body. */
interface RecordPlace {
  readonly at: number;
  readonly ttlAt: number;
  readonly bytes: number;
}

/** What stands behind the one question of a message. */
function layoutOf(bytes: Uint8Array): { body: Uint8Array; places: readonly RecordPlace[] } {
  const reader = new WireReader(bytes, HEADER_BYTES);
  reader.name();
  const bodyAt = reader.take(TYPE_AND_CLASS_BYTES) + TYPE_AND_CLASS_BYTES;
  const places: RecordPlace[] = [];
  while (reader.offset < bytes.length) {
    const at = reader.offset;
    reader.name();
    const ttlAt = reader.take(TYPE_AND_CLASS_BYTES + TTL_BYTES) + TYPE_AND_CLASS_BYTES;
    reader.take(reader.u16());
    places.push({ at: at - bodyAt, ttlAt: ttlAt - bodyAt, bytes: reader.offset - at });
  }
  return { body: bytes.subarray(bodyAt), places };
}

/** The longest row of addresses of one length among the answers, which are the first records of the body. */
function turnedRecords(
  answers: readonly ResourceRecord[],
  places: readonly RecordPlace[],
): TurnedRecords | undefined {
  let longest: TurnedRecords | undefined;
  for (let first = 0; first < answers.length; ) {
    const type = answers[first]?.type;
    const { at: offset, bytes: recordBytes } = places[first] as RecordPlace;
    let end = first + 1;
    while (answers[end]?.type === type && places[end]?.bytes === recordBytes) end++;
    const count = Math.min(end - first, MAX_TURNED);
    const mayTurn = (type === "A" || type === "AAAA") && recordBytes <= MAX_TURNED;
    if (mayTurn && count > (longest?.count ?? 1)) longest = { offset, recordBytes, count };
    first = end;
  }
  return longest;
}
