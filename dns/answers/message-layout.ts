/**
 * How cached messages lie in an entry of a NameTable, behind the name:
 *
 *   per message, MESSAGE_WORDS words:
 *     type (16) | variant (16)
 *     flags and rcode, header bytes 2 and 3 (16) | answer count (16)
 *     authority count (16) | additional count (16), without OPT
 *     body bytes (16) | number of TTLs (16)
 *     when it was stored, in seconds of the monotonic clock
 *     TTL it was stored with, in seconds
 *     first record that may be turned (16) | its length (8) | how many there are (8); 0: none
 *     milliseconds of the second it was stored in (16) | 1 for a denial or a failure, 0 for any other answer: which of
 *       the hit counts its answers go to (16)
 *     how often it was asked for without a gap (popularity.ts)
 *     when it was asked for last, in seconds of the monotonic clock
 *   per message: the body, padded to a word; then the offset of every TTL in it, 16 bits each, padded to a word
 *
 * A body is all that stands behind the question. Owners and suffixes equal to the question's are pointers into it, so
 * that one body serves every case the name is asked in.
 */
import type { Popularity } from "./popularity.ts";

export const MESSAGE_WORDS = 10;
export const ROW_KEY = 0;
export const ROW_HEADER = 1;
export const ROW_COUNTS = 2;
export const ROW_SIZES = 3;
export const ROW_STORED = 4;
export const ROW_TTL = 5;
export const ROW_TURN = 6;
export const ROW_DETAILS = 7;
export const ROW_HITS = 8;
export const ROW_LAST = 9;

/** Variants of one question: the client's DO and CD bits (RFC 6840 §5.7, §5.9). */
export const VARIANT_DO = 1;
export const VARIANT_CD = 2;

/** The longest body an entry may hold: what fits behind a header, a question and an OPT in a worker's receive slot. */
export const MAX_BODY_BYTES = 3800;

export interface MessageKey {
  readonly type: number;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
}

/** Records that workers may turn round: equally long ones in a row. */
export interface TurnedRecords {
  /** Offset of the first in the body. */
  readonly offset: number;
  /** At most 255. */
  readonly recordBytes: number;
  /** At most 255. */
  readonly count: number;
}

export interface CachedMessage {
  readonly key: MessageKey;
  /** Header bytes 2 and 3 of replies: QR, AA, RA, AD and the rcode; RD and CD are echoed from the query. */
  readonly header: number;
  readonly answerCount: number;
  readonly authorityCount: number;
  readonly additionalCount: number;
  /** At most MAX_BODY_BYTES. */
  readonly body: Uint8Array;
  /** Offsets of the TTLs in the body. */
  readonly ttlOffsets: readonly number[];
  /** Whole milliseconds of the monotonic clock. */
  readonly storedMs: number;
  readonly ttlSeconds: number;
  readonly denial: boolean;
  readonly popularity: Popularity;
  readonly turned?: TurnedRecords;
}

/** Key word of a row. */
export function messageKey({ type, dnssecOk, checkingDisabled }: MessageKey): number {
  return type | ((dnssecOk ? VARIANT_DO : 0) << 16) | ((checkingDisabled ? VARIANT_CD : 0) << 16);
}
