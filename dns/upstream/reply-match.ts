/** Whether bytes answer a query (RFC 5452 §9.1), judged without decoding: this runs for whatever strangers send. */
import { HEADER_BYTES, Rcode } from "../wire/constants.ts";
import type { IgnoredReason } from "./contract.ts";

const TYPE_AND_CLASS_BYTES = 4;
const QR_AND_OPCODE = 0xf8;
const QR = 0x80;

/**
 * Compares ID, QR, opcode and the whole question; names in any case. A reply that carries an error and no question at
 * all is one too: servers that cannot read a query answer with the bare header.
 *
 * @param query one well-formed query with one question whose name is not compressed
 * @returns undefined when the reply belongs to the query, else why not
 */
export function mismatch(query: Uint8Array, reply: Uint8Array): IgnoredReason | undefined {
  if (reply.length < HEADER_BYTES) return "malformed";
  if (reply[0] !== query[0] || reply[1] !== query[1]) return "id";
  if (((reply[2] as number) & QR_AND_OPCODE) !== (((query[2] as number) & QR_AND_OPCODE) | QR)) {
    return "malformed";
  }
  const questions = ((reply[4] as number) << 8) | (reply[5] as number);
  if (questions === 0) return isError((reply[3] as number) & 0xf) ? undefined : "malformed";
  if (questions !== 1) return "malformed";
  return sameQuestion(query, reply) ? undefined : "question";
}

/** Where the question ends: behind its class. Expects a name without pointers. */
export function questionEnd(message: Uint8Array): number {
  let at = HEADER_BYTES;
  for (let length = message[at]; length !== undefined && length !== 0; length = message[at]) {
    at += 1 + length;
  }
  return at + 1 + TYPE_AND_CLASS_BYTES;
}

function isError(rcode: number): boolean {
  return rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN;
}

function sameQuestion(query: Uint8Array, reply: Uint8Array): boolean {
  const end = questionEnd(query);
  if (reply.length < end) return false;
  const nameEnd = end - TYPE_AND_CLASS_BYTES;
  for (let at = HEADER_BYTES; at < nameEnd; at++) {
    if (lowerCase(query[at] as number) !== lowerCase(reply[at] as number)) return false;
  }
  for (let at = nameEnd; at < end; at++) if (query[at] !== reply[at]) return false;
  return true;
}

/** Lengths of labels are below the letters, so that they stay as they are. */
function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}
