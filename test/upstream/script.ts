/** What a scripted upstream does with the queries it gets. */
import type { Transport } from "#dns/contract.ts";
import type { Message } from "#dns/wire/contract.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { type ReplyParts, replyTo } from "#dns/wire/reply.ts";
import { records } from "#test/zone-text/zone-text.ts";

/** One query as it arrived. */
export interface Asked {
  readonly message: Message;
  readonly transport: Transport;
  /** Source port of the query. */
  readonly port: number;
  /** How many queries came before it. */
  readonly index: number;
}

/** One thing to do; several are done in turn, each after its delay. */
export interface Action {
  readonly delayMs?: number;
  readonly send?: Uint8Array;
  /** Over UDP: from another port than the one asked. */
  readonly fromElsewhere?: boolean;
  /** Over TCP: how the connection ends. */
  readonly end?: "close" | "reset";
}

export type Script = (asked: Asked) => readonly Action[];

/** `NAME 5 IN A address` for whatever was asked. */
export const answer =
  (address: string, parts: ReplyParts = {}): Script =>
  ({ message }) => [{ send: reply(message, address, parts) }];

/** A reply with these parts alone. */
export const replyWith =
  (parts: ReplyParts): Script =>
  ({ message }) => [{ send: encodeMessage(replyTo(message, parts)) }];

export const drop: Script = () => [];
export const close: Script = () => [{ end: "close" }];
export const reset: Script = () => [{ end: "reset" }];

/** The bytes of another script's replies after a change. */
const altered =
  (script: Script, change: (bytes: Buffer) => Uint8Array): Script =>
  (asked) =>
    script(asked).map((action) =>
      action.send === undefined ? action : { ...action, send: change(Buffer.from(action.send)) },
    );

export const wrongId = (script: Script): Script =>
  altered(script, (bytes) => {
    bytes.writeUInt16BE(bytes.readUInt16BE(0) ^ 1, 0);
    return bytes;
  });

/** The first letter of the name is another one. */
export const wrongQuestion = (script: Script): Script =>
  altered(script, (bytes) => {
    bytes.writeUInt8(bytes.readUInt8(13) ^ 1, 13);
    return bytes;
  });

/** An answer with the QR bit cleared: a query, really. */
export const noResponse = (script: Script): Script =>
  altered(script, (bytes) => {
    bytes.writeUInt8(bytes.readUInt8(2) & 0x7f, 2);
    return bytes;
  });

export const garbage: Script = () => [{ send: Buffer.from("this is no DNS message at all") }];

/** The header and question of an answer, whose records are missing. */
export const brokenOff = (script: Script): Script =>
  altered(script, (bytes) => bytes.subarray(0, bytes.length - 3));

export const fromElsewhere =
  (script: Script): Script =>
  (asked) =>
    script(asked).map((action) => ({ ...action, fromElsewhere: true }));

export const delayed =
  (delayMs: number, script: Script): Script =>
  (asked) => {
    const [first, ...rest] = script(asked);
    return first === undefined ? [] : [{ ...first, delayMs }, ...rest];
  };

/** All of them, one after the other. */
export const inTurn =
  (...scripts: readonly Script[]): Script =>
  (asked) =>
    scripts.flatMap((script) => script(asked));

/** The first query gets the first script, and so on; the last goes on for ever. */
export const thenAlways =
  (...scripts: readonly Script[]): Script =>
  (asked) =>
    (scripts[Math.min(asked.index, scripts.length - 1)] ?? drop)(asked);

export const byTransport =
  (scripts: Readonly<Record<Transport, Script>>): Script =>
  (asked) =>
    scripts[asked.transport](asked);

function reply(query: Message, address: string, parts: ReplyParts): Uint8Array {
  const [question] = query.questions;
  const answers = records(`${question?.name ?? "."} 5 IN A ${address}`);
  return encodeMessage(replyTo(query, { recursionAvailable: true, answers, ...parts }));
}
