/** Judging a query by its twelve header bytes, so that nonsense costs next to nothing. */
import { HEADER_BYTES, HeaderFlag, Opcode } from "./constants.ts";

export type Screening = "answer" | "ignore" | "formerr" | "notimp";

/**
 * What to do with a received query, before any decoding:
 * - ignore: too short to say anything, or itself a response (replying to those makes loops);
 * - notimp: any opcode but QUERY. CoreDNS lets NOTIFY through to its plugins; no plugin here takes one;
 * - formerr: not exactly one question, or more records than a query can have: one answer, one authority (the SOA of
 *   IXFR, RFC 1995 §3), two additionals (OPT and TSIG). These are the accept rules of CoreDNS's DNS library;
 * - answer: decode it. That may still fail, which is FORMERR too.
 */
export function screenHeader(bytes: Uint8Array, lengthBytes: number): Screening {
  if (lengthBytes < HEADER_BYTES) return "ignore";
  const word = u16(bytes, 2);
  if ((word & HeaderFlag.QR) !== 0) return "ignore";
  if (((word >>> 11) & 0xf) !== Opcode.QUERY) return "notimp";
  if (u16(bytes, 4) !== 1) return "formerr";
  if (u16(bytes, 6) > 1 || u16(bytes, 8) > 1 || u16(bytes, 10) > 2) return "formerr";
  return "answer";
}

const ECHOED = (0xf << 11) | HeaderFlag.RD | HeaderFlag.CD;

/**
 * The twelve bytes that refuse a query which was not decoded: its ID, opcode, RD and CD with QR and the rcode, all
 * counts zero. Expects at least twelve bytes and an rcode up to 15.
 */
export function headerOnlyReply(bytes: Uint8Array, rcode: number): Uint8Array {
  const reply = new Uint8Array(HEADER_BYTES);
  const word = HeaderFlag.QR | (u16(bytes, 2) & ECHOED) | (rcode & 0xf);
  reply.set(bytes.subarray(0, 2));
  reply[2] = word >>> 8;
  reply[3] = word & 0xff;
  return reply;
}

function u16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}
