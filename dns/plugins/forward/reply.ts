/** From what an upstream said to what this client gets. */
import type { Query, Verdict } from "../../contract.ts";
import { setMessageId } from "../../upstream/message-id.ts";
import { layoutOf } from "../../upstream/opt-record.ts";
import { HEADER_BYTES, Rcode, RecordType } from "../../wire/constants.ts";
import type { Edns, Message } from "../../wire/contract.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { nameToWire } from "../../wire/name.ts";

/** A reply as it came; several clients may share it. */
export interface UpstreamReply {
  readonly bytes: Uint8Array;
  readonly message: Message;
}

const ARCOUNT_AT = 10;
const OPT_BYTES = 11;
const DNSSEC_OK = 0x80;

/**
 * The reply under the client's ID, with its question in the case it asked. Of EDNS the client sees its own payload
 * size and DO bit; it gets an OPT exactly when it sent one (RFC 6891 §7). All else stays as the upstream wrote it, and
 * goes out in the upstream's own bytes unless a plugin changes the response.
 */
export function replied(query: Query, reply: UpstreamReply): Verdict {
  const bytes = bytesTo(query, reply);
  // Owners that point into the question take its case along: another client's case shows in the bytes alone.
  const isOthersCase = reply.message.questions[0]?.name !== query.question.name;
  const response =
    bytes !== undefined && isOthersCase ? decodeMessage(bytes) : responseTo(query, reply.message);
  return {
    kind: "replied",
    response,
    plugin: "forward",
    ...(bytes === undefined ? {} : { wire: { of: response, bytes } }),
  };
}

function responseTo(query: Query, upstream: Message): Message {
  const { edns: theirs, ...rest } = upstream;
  const response = { ...rest, id: query.message.id, questions: [query.question] };
  const { edns: asked } = query.message;
  if (asked !== undefined) return { ...response, edns: answeringEdns(asked, theirs) };
  // Upper rcode bits have no place without an OPT.
  return response.rcode > 0xf ? { ...response, rcode: Rcode.SERVFAIL } : response;
}

function answeringEdns(asked: Edns, theirs: Edns | undefined): Edns {
  return {
    version: 0,
    udpPayloadBytes: asked.udpPayloadBytes,
    dnssecOk: asked.dnssecOk || (theirs?.dnssecOk ?? false),
    options: theirs?.options ?? [],
  };
}

/** Undefined where the bytes would need more than a patch: no question, an OPT that nobody asked for, odd ends. */
function bytesTo(query: Query, { bytes, message }: UpstreamReply): Uint8Array | undefined {
  const { edns: asked, id } = query.message;
  const { optAt, endAt } = layoutOf(bytes);
  const unasked = asked === undefined && optAt !== undefined;
  if (message.questions.length !== 1 || unasked || endAt !== bytes.length) return undefined;
  const lacksOpt = asked !== undefined && optAt === undefined;
  const patched = new Uint8Array(bytes.length + (lacksOpt ? OPT_BYTES : 0));
  patched.set(bytes);
  setMessageId(patched, id);
  patched.set(nameToWire(query.question.name), HEADER_BYTES);
  if (lacksOpt) announceOpt(patched, endAt);
  if (asked !== undefined) patchOpt(patched, optAt ?? endAt, asked);
  return patched;
}

/** The root, the type, and zeros to be filled in. */
function announceOpt(bytes: Uint8Array, at: number): void {
  bytes[at + 2] = RecordType.OPT;
  const count = (((bytes[ARCOUNT_AT] as number) << 8) | (bytes[ARCOUNT_AT + 1] as number)) + 1;
  bytes[ARCOUNT_AT] = count >>> 8;
  bytes[ARCOUNT_AT + 1] = count & 0xff;
}

/** Payload size, version and flags; the upper rcode bits and the options stay (RFC 6891 §6.1.2). */
function patchOpt(bytes: Uint8Array, at: number, { udpPayloadBytes, dnssecOk }: Edns): void {
  bytes[at + 3] = udpPayloadBytes >>> 8;
  bytes[at + 4] = udpPayloadBytes & 0xff;
  bytes[at + 6] = 0;
  bytes[at + 7] = dnssecOk ? DNSSEC_OK : (bytes[at + 7] as number) & DNSSEC_OK;
  bytes[at + 8] = 0;
}
