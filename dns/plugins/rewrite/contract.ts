/** What the rules of a rewrite directive agree on. Types only. */
import type { Query } from "../../contract.ts";
import type { Message } from "../../wire/contract.ts";

/** Takes back in a response what a rule did to the query, or changes the response itself. */
export type ResponseStep = (response: Message) => Message | Promise<Message>;

export interface Rewritten {
  readonly query: Query;
  /** Run from last to first once the response is there. */
  readonly steps: readonly ResponseStep[];
}

/** Rewrites a query; undefined when it does not match. */
export type Rewrite = (query: Query) => Rewritten | undefined;

/** One rewrite directive. */
export interface Rule {
  /** Rules behind it are tried as well when it has matched. */
  readonly continues: boolean;
  /** All names that it can match lie in these zones; absent: any name. */
  readonly zones?: readonly string[];
  readonly rewrite: Rewrite;
}
