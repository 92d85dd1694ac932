/** What a reply is to a cache, and whether and for how long it is kept. Pure. */
import { Opcode, Rcode, RecordType } from "../../wire/constants.ts";
import type { Message, Question } from "../../wire/contract.ts";
import { foldName } from "../../wire/name.ts";
import { answersQuestion } from "./answers-question.ts";
import type { CacheKind, CacheLimits, CacheOptions } from "./contract.ts";
import { hasSignatureOutside } from "./signatures.ts";

export type ReplyKind =
  | "answer"
  | "referral"
  | "nodata"
  | "nxdomain"
  /** SERVFAIL and NOTIMP: kept for a moment, so that a broken zone is not asked about with every query. */
  | "failure"
  /** Zone transfers, notifications, updates, other errors, signatures out of their time. */
  | "other";

const DEFAULT_TTL_SECONDS = 5;

const hasSoa = ({ authorities }: Message): boolean =>
  authorities.some((record) => record.type === "SOA");

/** As the reply's header and sections have it, an answer that leads nowhere included. */
export function kindAsWritten(reply: Message, unixSeconds: number): ReplyKind {
  const { opcode, rcode, answers, authorities } = reply;
  const type = reply.questions[0]?.type;
  if (opcode === Opcode.UPDATE || opcode === Opcode.NOTIFY) return "other";
  if (type === RecordType.AXFR || type === RecordType.IXFR) return "other";
  if (reply.edns?.dnssecOk === true && hasSignatureOutside(reply, unixSeconds)) return "other";
  if (answers.length > 0 && rcode === Rcode.NOERROR) return "answer";
  if (answers.length > 0 && rcode === Rcode.NXDOMAIN) return "other";
  if (rcode === Rcode.NOERROR && hasSoa(reply)) return "nodata";
  if (rcode === Rcode.NXDOMAIN) return "nxdomain";
  if (rcode === Rcode.SERVFAIL || rcode === Rcode.NOTIMP) return "failure";
  if (rcode !== Rcode.NOERROR) return "other";
  return authorities.some((record) => record.type === "NS") ? "referral" : "answer";
}

/** The same, where a chain of aliases that ends without an answer and with an SOA is a denial (RFC 2308 §2.2). */
export function kindOf(reply: Message, unixSeconds: number): ReplyKind {
  const kind = kindAsWritten(reply, unixSeconds);
  return kind === "answer" && hasSoa(reply) && leadsNowhere(reply) ? "nodata" : kind;
}

/** Whether it has answers, and none to the question. */
const leadsNowhere = (reply: Message): boolean =>
  reply.answers.length > 0 && !answersQuestion(reply);

/**
 * Whether a reply may be kept at all. A denial without an SOA has no TTL (RFC 2308 §5), be it NXDOMAIN or aliases that
 * lead nowhere. No answers at all are taken for what a plugin meant, as of whoami, which answers in the additionals.
 */
export function isCacheable(kind: ReplyKind, reply: Message): boolean {
  if (reply.flags.truncated || kind === "other") return false;
  if (hasSoa(reply)) return true;
  return kind !== "nxdomain" && !(kind === "answer" && leadsNowhere(reply));
}

export const cacheOf = (kind: ReplyKind): CacheKind =>
  kind === "answer" || kind === "referral" ? "success" : "denial";

/** How long the reply is kept, and the TTL that all of its records are given, in seconds; 0: not kept. */
export function lifetimeSeconds(kind: ReplyKind, reply: Message, options: CacheOptions): number {
  if (kind === "failure") return options.failureTtlSeconds;
  const limits: CacheLimits =
    kind === "nxdomain" || kind === "nodata" ? options.denial : options.success;
  const { minTtlSeconds, maxTtlSeconds } = limits;
  return Math.min(Math.max(leastTtl(kind, reply, maxTtlSeconds), minTtlSeconds), maxTtlSeconds);
}

function leastTtl(kind: ReplyKind, reply: Message, maxTtlSeconds: number): number {
  const records = [...reply.answers, ...reply.authorities, ...reply.additionals];
  if (kind === "referral" || kind === "other" || records.length === 0) return DEFAULT_TTL_SECONDS;
  return records.reduce((least, { ttlSeconds }) => Math.min(least, ttlSeconds), maxTtlSeconds);
}

/** Whether a reply is one to the question. */
export function isReplyTo(question: Question, { flags, questions }: Message): boolean {
  const [echoed, ...more] = questions;
  return (
    flags.response &&
    echoed !== undefined &&
    more.length === 0 &&
    foldName(echoed.name) === foldName(question.name) &&
    echoed.type === question.type &&
    echoed.class === question.class
  );
}
