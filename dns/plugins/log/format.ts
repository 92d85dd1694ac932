import type { Query } from "../../contract.ts";
import { className, MAX_MESSAGE_BYTES, rcodeName, typeName } from "../../wire/constants.ts";
import type { Message, MessageFlags } from "../../wire/contract.ts";
import { udpLimitBytes } from "../../wire/reply.ts";
import { uncompressedBytes } from "./message-size.ts";

/** One query with its outcome, as a log line is made of it. */
export interface LoggedQuery {
  readonly query: Query;
  readonly response: Message;
  readonly durationNs: bigint;
}

const COMMON =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const SHORTHANDS: Readonly<Record<string, string>> = {
  "{common}": COMMON,
  "{combined}": `${COMMON} "{>opcode}"`,
};
export const DEFAULT_FORMAT = "{common}";

/** What stands for a value that there is none of. */
const EMPTY = "-";

const PLACEHOLDERS: Readonly<Record<string, (logged: LoggedQuery) => string | number | boolean>> = {
  "{type}": ({ query }) => typeName(query.question.type),
  "{class}": ({ query }) => className(query.question.class),
  "{name}": ({ query }) => query.question.name.toLowerCase(),
  "{proto}": ({ query }) => query.transport,
  "{size}": ({ query }) => query.sizeBytes,
  "{remote}": ({ query }) => bracketed(query.client.address),
  "{port}": ({ query }) => query.client.port,
  "{local}": ({ query }) => localAddress(query.server),
  "{>id}": ({ query }) => query.message.id,
  "{>opcode}": ({ query }) => query.message.opcode,
  "{>do}": ({ query }) => query.message.edns?.dnssecOk ?? false,
  "{>bufsize}": ({ query }) =>
    query.transport === "tcp" ? MAX_MESSAGE_BYTES : udpLimitBytes(query.message),
  "{rcode}": ({ response }) => rcodeName(response.rcode),
  "{rsize}": ({ response }) => uncompressedBytes(response),
  "{duration}": ({ durationNs }) => `${decimalSeconds(durationNs)}s`,
  "{>rflags}": ({ response }) => flagNames(response.flags),
};

/** The words in braces that a format may hold. */
export const placeholders = [...Object.keys(SHORTHANDS), ...Object.keys(PLACEHOLDERS)];

/**
 * Compiles a format of CoreDNS's log plugin. `{/NAME}` stands for metadata, of which there is none; other words in
 * braces stay as they are.
 */
export function compileFormat(format: string): (logged: LoggedQuery) => string {
  const expanded = format.replace(/\{(?:common|combined)\}/g, (word) => SHORTHANDS[word] ?? word);
  const parts = expanded.split(/(\{[^{}]*\})/).map((part) => {
    const value = Object.hasOwn(PLACEHOLDERS, part) ? PLACEHOLDERS[part] : undefined;
    return value ?? (/^\{\/.*\}$/s.test(part) ? EMPTY : part);
  });
  return (logged) => {
    let line = "";
    for (const part of parts) line += typeof part === "string" ? part : part(logged);
    return line;
  };
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** The address that the listener is bound to, from its label ("dns://127.0.0.1:53"). */
function localAddress(server: string): string {
  const host = server.slice(server.indexOf("//") + 2, server.lastIndexOf(":"));
  return host === "" ? "[::]" : host;
}

function decimalSeconds(ns: bigint): string {
  const whole = ns / 1_000_000_000n;
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  return fraction === "" ? whole.toString() : `${whole}.${fraction}`;
}

function flagNames(flags: MessageFlags): string {
  const names: string[] = [];
  if (flags.response) names.push("qr");
  if (flags.authoritative) names.push("aa");
  if (flags.truncated) names.push("tc");
  if (flags.recursionDesired) names.push("rd");
  if (flags.recursionAvailable) names.push("ra");
  if (flags.authenticData) names.push("ad");
  if (flags.checkingDisabled) names.push("cd");
  return names.join(",");
}
