import { HEADER_BYTES, RecordType } from "../wire/constants.ts";

const POINTER = 0xc0;
/** Type, class, TTL and data length behind a record's name. */
const RECORD_HEAD_BYTES = 10;
const QUESTION_TAIL_BYTES = 4;

/** Where things stand in a message: its OPT record, if it has one, and its end. */
export interface MessageLayout {
  /** Offset of the OPT record's owner, the root. */
  readonly optAt: number | undefined;
  readonly endAt: number;
}

/** Walks over a message that decodeMessage has read. */
export function layoutOf(bytes: Uint8Array): MessageLayout {
  let at = HEADER_BYTES;
  for (let left = u16(bytes, 4); left > 0; left--) at = behindName(bytes, at) + QUESTION_TAIL_BYTES;
  let optAt: number | undefined;
  for (let left = u16(bytes, 6) + u16(bytes, 8) + u16(bytes, 10); left > 0; left--) {
    const headAt = behindName(bytes, at);
    if (u16(bytes, headAt) === RecordType.OPT) optAt = at;
    at = headAt + RECORD_HEAD_BYTES + u16(bytes, headAt + RECORD_HEAD_BYTES - 2);
  }
  return { optAt, endAt: at };
}

function behindName(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length === 0) return at + 1;
    if (length >= POINTER) return at + 2;
    at += 1 + length;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
