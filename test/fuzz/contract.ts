/** What the parts of the fuzz suite agree on. Types only. */

export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** A message on its way to the server. */
export interface Packet {
  readonly bytes: Buffer;
  /** What it was made from and by, for the message of a failure. */
  readonly history: string;
}

/**
 * What a server owes to some bytes:
 * - silence: too short to hold an ID, or itself a response;
 * - refusal: the header with that rcode, for bytes that cannot or need not be read further;
 * - reply: the question back with one of the rcodes, in at most `limitBytes` over UDP, with an OPT if there was one.
 */
export type Due =
  | { readonly kind: "silence" }
  | { readonly kind: "refusal"; readonly rcode: number }
  | {
      readonly kind: "reply";
      readonly rcodes: readonly number[];
      /** The question with its name written out, as it was asked. */
      readonly question: Buffer;
      readonly limitBytes: number;
      readonly withOpt: boolean;
    };

/** What a storm came to. */
export interface Tally {
  sent: number;
  /** Replies owed, and those of them that came and were right. */
  due: number;
  got: number;
  /** What was wrong, one sentence each. */
  readonly complaints: string[];
}
