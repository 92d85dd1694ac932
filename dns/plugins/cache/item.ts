import { type MessageKey, messageKey } from "../../answers/message-layout.ts";
import { type Popularity, UNSEEN } from "../../answers/popularity.ts";
import type { Query } from "../../contract.ts";
import type { Message } from "../../wire/contract.ts";
import { decodeMessage } from "../../wire/decode.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { foldName } from "../../wire/name.ts";
import { replyTo } from "../../wire/reply.ts";
import { answersQuestion } from "./answers-question.ts";
import type { CacheKind } from "./contract.ts";

/** What a message is kept under: RFC 6840 §5.7 and §5.9 say why DO and CD belong to it. */
function keyOf({ question, message }: Query): MessageKey {
  return {
    type: question.type,
    dnssecOk: message.edns?.dnssecOk ?? false,
    checkingDisabled: message.flags.checkingDisabled,
  };
}

/** The same with the name, for a map. */
export function mapKeyOf(query: Query): string {
  return `${messageKey(keyOf(query))} ${foldName(query.question.name)}`;
}

/** One reply as it is kept. */
export class CacheItem {
  readonly kind: CacheKind;
  readonly mapKey: string;
  readonly key: MessageKey;
  /** Lower case. */
  readonly name: string;
  readonly rcode: number;
  /** In whole milliseconds of the monotonic clock. */
  readonly storedMs: number;
  readonly ttlSeconds: number;
  /** Whether it answers its question. */
  readonly isAnswer: boolean;
  /** Whether the workers have it. */
  published = false;
  /** Whether they could; false once it has been found too long for them. */
  fitsWorkers = true;
  /** As far as this thread knows: of a message that the workers have they count. */
  popularity: Popularity = UNSEEN;
  /** The answer that this one, which is none, took the place of. */
  lastKnownGood: CacheItem | undefined;
  /** A tenth of the memory that the decoded message would take. */
  readonly #wire: Uint8Array;
  #isBeingFetched = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param reply the reply to the query; its OPT is between this server and its upstream, and not kept
   * @param ttlSeconds above 0
   */
  constructor(kind: CacheKind, query: Query, reply: Message, storedMs: number, ttlSeconds: number) {
    const { edns: _hopByHop, ...kept } = reply;
    this.kind = kind;
    this.mapKey = mapKeyOf(query);
    this.key = keyOf(query);
    this.name = foldName(query.question.name);
    this.rcode = reply.rcode;
    this.storedMs = storedMs;
    this.ttlSeconds = ttlSeconds;
    this.isAnswer = answersQuestion(reply);
    this.#wire = new Uint8Array(encodeMessage(kept));
  }

  /** Seconds until it expires; 0 and below once it has. */
  left(nowMs: number): number {
    return this.ttlSeconds - Math.floor((nowMs - this.storedMs) / 1000);
  }

  get message(): Message {
    return decodeMessage(this.#wire);
  }

  /** This item, or the one it took the place of, if that one answers the question. */
  get answering(): CacheItem | undefined {
    return this.isAnswer ? this : this.lastKnownGood;
  }

  /**
   * Marks it as being fetched anew.
   * @returns false when it already is, or when that failed a short while ago
   */
  beginFetch(nowMs: number): boolean {
    if (this.#isBeingFetched || nowMs < this.#retryAtMs) return false;
    this.#isBeingFetched = true;
    return true;
  }

  /** @param retryAtMs when it may be tried again, after a failure */
  endFetch(retryAtMs: number): void {
    this.#retryAtMs = retryAtMs;
    this.#isBeingFetched = false;
  }
}

/**
 * The reply to this client's query from what is kept. AA is always set: old stub resolvers throw answers away that
 * lack it. AD is shown to who asks for DNSSEC or for AD itself (RFC 6840 §5.7).
 */
export function replyFrom(item: CacheItem, query: Query, ttlSeconds: number): Message {
  const { message } = item;
  const { answers, authorities, additionals } = withTtl(message, ttlSeconds);
  const { authenticData, recursionAvailable } = message.flags;
  return replyTo(query.message, {
    rcode: message.rcode,
    authoritative: true,
    recursionAvailable,
    authenticData: authenticData && wantsAuthenticData(query),
    answers,
    authorities,
    additionals,
  });
}

export function wantsAuthenticData({ message }: Query): boolean {
  return message.flags.authenticData || (message.edns?.dnssecOk ?? false);
}

/** A copy with this TTL in every record. */
export function withTtl(message: Message, ttlSeconds: number): Message {
  const section = <T extends { readonly ttlSeconds: number }>(records: readonly T[]): T[] =>
    records.map((record) => ({ ...record, ttlSeconds }));
  return {
    ...message,
    answers: section(message.answers),
    authorities: section(message.authorities),
    additionals: section(message.additionals),
  };
}
