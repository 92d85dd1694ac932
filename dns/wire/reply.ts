import { MIN_UDP_BYTES, Opcode, Rcode } from "./constants.ts";
import type { Edns, EdnsOption, Message, ResourceRecord } from "./contract.ts";

/** What a plugin adds to a reply; the rest comes from the query. */
export interface ReplyParts {
  /** NOERROR when absent. */
  readonly rcode?: number;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  readonly recursionAvailable?: boolean;
  readonly authenticData?: boolean;
  readonly answers?: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
  /** Sent only when the query had an OPT. */
  readonly ednsOptions?: readonly EdnsOption[];
}

/**
 * The reply to a query: ID, opcode and the first question echoed as asked, RD and CD copied for opcode QUERY alone.
 *
 * EDNS is answered only where it was asked (RFC 6891 §7): version 0, DO copied (RFC 3225 §3). The payload size is the
 * client's own, sent back as it came (even below 512), as CoreDNS does. CoreDNS also
 * returns the client's NSID, COOKIE, EXPIRE, KEEPALIVE and PADDING options unread; here a reply carries only options
 * that a plugin put there (RFC 6891 §6.1.2).
 */
export function replyTo(query: Message, parts: ReplyParts): Message {
  const isQuery = query.opcode === Opcode.QUERY;
  const reply = {
    id: query.id,
    opcode: query.opcode,
    rcode: parts.rcode ?? Rcode.NOERROR,
    flags: {
      response: true,
      authoritative: parts.authoritative ?? false,
      truncated: parts.truncated ?? false,
      recursionDesired: isQuery && query.flags.recursionDesired,
      recursionAvailable: parts.recursionAvailable ?? false,
      authenticData: parts.authenticData ?? false,
      checkingDisabled: isQuery && query.flags.checkingDisabled,
    },
    questions: query.questions.slice(0, 1),
    answers: parts.answers ?? [],
    authorities: parts.authorities ?? [],
    additionals: parts.additionals ?? [],
  };
  if (query.edns === undefined) return reply;
  return { ...reply, edns: answeringEdns(query.edns, parts.ednsOptions ?? []) };
}

function answeringEdns(asked: Edns, options: readonly EdnsOption[]): Edns {
  const { udpPayloadBytes, dnssecOk } = asked;
  return { version: 0, udpPayloadBytes, dnssecOk, options };
}

/** Whether the query wants an EDNS version that nobody has defined yet; it is owed badVersionReply. */
export function hasBadVersion(query: Message): boolean {
  return query.edns !== undefined && query.edns.version !== 0;
}

/** BADVERS with the version that is spoken here (RFC 6891 §6.1.3). CoreDNS gives size 0 in it; that helps nobody. */
export function badVersionReply(query: Message): Message {
  return replyTo(query, { rcode: Rcode.BADVERS });
}

/** How large a reply over UDP may be: what the client's OPT says, 512 at least (RFC 6891 §6.2.3). */
export function udpLimitBytes(query: Message): number {
  return Math.max(query.edns?.udpPayloadBytes ?? MIN_UDP_BYTES, MIN_UDP_BYTES);
}
