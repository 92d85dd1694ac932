/**
 * How compiled answers lie in shared memory. One growable SharedArrayBuffer, the arena, seen as little-endian 32-bit
 * words; word offset 0 is never handed out, so 0 means "none".
 *
 * Control words (CONTROL_WORDS of them) stand at the start of the arena. Slot tables and entries are blocks of it.
 *
 * Slot table: [number of slots - 1] [unused], then 2 words a slot, open addressing, linear probing:
 *   [hash of the lower-case wire name, 0 = never used] [entry offset, 0 = tombstone]
 *
 * Entry:
 *   word 0   name length in bytes (8) | number of sets (8) | flags (8) | zone index (8)
 *   words    the lower-case wire name, zero padded to a word
 *   per set  SET_WORDS words:
 *            type (16) | answer count (16)
 *            answer bytes
 *            record bytes when all records have one length, so that they may be rotated and cut, else 0
 *            additional count (16) | additional bytes (16)
 *   words    per set: the answer section, then the additional section, each padded to a word; owners are compression
 *            pointers into the question, which stands at byte 12 of every message
 */

export const SET_WORDS = 4;
export const SLOT_TABLE_HEAD = 2;

/** The longest answer and additional sections an entry may hold: what fits behind a header, a question and an OPT. */
export const MAX_SECTION_BYTES = 65_535 - 12 - 259 - 11;

/** Everything about the name takes the slow path. */
export const FLAG_DEFER_ALL = 1;
/** SRV takes the slow path, though other types are compiled. */
export const FLAG_DEFER_SRV = 2;
/** A and AAAA take the slow path, though other types are compiled. */
export const FLAG_DEFER_ADDRESSES = 4;

/** Word offset of the slot table in force: its first word is the mask, its slots start SLOT_TABLE_HEAD words on. */
export const CONTROL_SLOTS = 1;
/** 1 once every watch has listed: from then on a missing name does not exist. */
export const CONTROL_SYNCED = 4;
/** SOA serial of every zone of the table. */
export const CONTROL_SERIAL = 5;
/** The epoch readers announce: see quiescence.ts. */
export const CONTROL_EPOCH = 6;
/** One word a reader from here on: the epoch it entered its batch in, 0 while it holds no reference. */
export const CONTROL_READERS = 16;
export const MAX_READERS = 48;
export const CONTROL_WORDS = CONTROL_READERS + MAX_READERS;

/** Answer section of one RR type, as wire bytes. */
export interface CompiledSet {
  readonly type: number;
  readonly answerCount: number;
  readonly answer: Uint8Array;
  /** Length of every record when all are equally long and may be rotated or cut; 0 otherwise. */
  readonly recordBytes: number;
  readonly additionalCount: number;
  readonly additional: Uint8Array;
}

/** One name with all it has. */
export interface CompiledEntry {
  /** Lower-case wire name with the root label. */
  readonly name: Uint8Array;
  readonly flags: number;
  readonly zoneIndex: number;
  readonly sets: readonly CompiledSet[];
}
