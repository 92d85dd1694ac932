/** What a template directive configures. Types only. */
import type { Message, Question } from "../../wire/contract.ts";

/** What templates are filled in with: the names are Go's, as operators write them. */
export interface TemplateData {
  /** Lower case. */
  readonly name: string;
  readonly zone: string;
  readonly class: string;
  readonly type: string;
  /** The pattern that matched, as written. */
  readonly regex: string;
  /** The whole match, then its groups; "" for one that took no part. */
  readonly match: readonly string[];
  /** Groups by name and by number. */
  readonly group: ReadonlyMap<string, string>;
  readonly question: Question;
  readonly message: Message;
  /** Address of the client. */
  readonly remote: string;
}

/** What an expression of a template comes to; lists and maps cannot be printed. */
export type Value = string | bigint | readonly string[] | ReadonlyMap<string, string>;

/** @throws TemplateError when this query lacks something that the expression wants */
export type Expression = (data: TemplateData) => Value;

export interface RecordTemplate {
  /** As written. */
  readonly source: string;
  /** Names that it takes from `.Group`. */
  readonly groups: readonly string[];
  /** @throws TemplateError when this query lacks something that the text wants */
  readonly fill: (data: TemplateData) => string;
}

export type Section = "answer" | "additional" | "authority";

/** One `match` pattern. */
export interface Pattern {
  readonly source: string;
  readonly compiled: RegExp;
}

/** One template directive. */
export interface TemplateRule {
  readonly class: number;
  readonly type: number;
  /** Lower case with trailing dot. */
  readonly zones: readonly string[];
  readonly patterns: readonly Pattern[];
  readonly records: Readonly<Record<Section, readonly RecordTemplate[]>>;
  readonly rcode: number;
  /** An extended error for the client (RFC 8914). */
  readonly extendedError?: { readonly code: number; readonly text: string };
  /** Zones whose names go on when no pattern matches them; absent: none. */
  readonly fallthrough?: readonly string[];
}
