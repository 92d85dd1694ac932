/**
 * What the torture test's writer and readers agree on. Every record says of which name and version it is, so that an
 * answer proves itself: a torn one, one of another name and one that is too old or too new all show.
 */
import { nameToWire } from "../wire/name.ts";
import type { CompiledEntry } from "./layout.ts";

export const ZONE = "torture.test.";
export const NAMES = 12_000;
const TYPE_A = 1;
export const TYPE_AAAA = 28;
const HEAD_BYTES = 12;
export const RECORD_BYTES = HEAD_BYTES + 16;

/** Words of the memory that writer and readers share besides the table. */
export const STOP = 0;
/** The names below this number have been added. */
export const BEGUN = 1;
/** The name written last. */
export const HOT = 2;
/** One word a name each: the version whose writing has begun, and the version that stands in the table. */
export const WRITING = 8;
export const WRITTEN = WRITING + NAMES;
export const SHARED_BYTES = (WRITTEN + NAMES) * 4;

export interface TortureData {
  readonly table: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly reader: number;
  readonly seed: number;
}

export interface TortureReport {
  readonly answers: number;
  readonly missing: number;
  /** What went wrong first. */
  readonly violation?: string;
}

/** Every version of a name that is not among the sevenths of all names; those are gone every third version. */
export const isPresent = (n: number, version: number): boolean => n % 7 !== 0 || version % 3 !== 0;

/**
 * From one record to twenty thousand bytes of them, so that blocks of all sizes trade places. A few versions in a row
 * have as many, so that overwriting one with the next would go unnoticed but for what the records say.
 */
function recordsOf(n: number, version: number): number {
  const size = version >> 2;
  return (n + size) % 127 === 0 ? 700 : 1 + ((n * 31 + size * 17) % 40);
}

export const wireNameOf = (n: number): Uint8Array => nameToWire(`n${n}.${ZONE}`);

/** Random numbers below 2^32 that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function ballast(n: number, version: number): CompiledEntry["sets"][number] {
  const records = (n + (version >> 2)) % 3;
  return {
    type: TYPE_A,
    answerCount: records,
    answer: new Uint8Array(records * (HEAD_BYTES + 4)).fill(0xee),
    recordBytes: HEAD_BYTES + 4,
    additionalCount: 0,
    additional: new Uint8Array(0),
  };
}

/** The entry of one version: each AAAA record holds name, version, its place and how many there are. */
export function entryOf(n: number, version: number): CompiledEntry {
  const records = recordsOf(n, version);
  const answer = new Uint8Array(records * RECORD_BYTES);
  const view = new DataView(answer.buffer);
  for (let i = 0; i < records; i++) {
    const at = i * RECORD_BYTES + HEAD_BYTES;
    view.setUint32(at, n);
    view.setUint32(at + 4, version);
    view.setUint32(at + 8, i);
    view.setUint32(at + 12, records);
  }
  const additional = new Uint8Array(0);
  const sizes = { answerCount: records, recordBytes: RECORD_BYTES, additionalCount: 0 };
  const set = { type: TYPE_AAAA, answer, additional, ...sizes };
  return { name: wireNameOf(n), flags: 0, zoneIndex: 0, sets: [ballast(n, version), set] };
}

/**
 * Reads the certificate of the records at that offset.
 * @returns the version that all of them are of, or what is wrong with them
 */
export function versionOf(view: DataView, at: number, count: number, n: number): number | string {
  const version = view.getUint32(at + HEAD_BYTES + 4);
  if (count !== recordsOf(n, version)) return `${count} records of version ${version}`;
  const first = view.getUint32(at + HEAD_BYTES + 8);
  for (let i = 0; i < count; i++) {
    const data = at + i * RECORD_BYTES + HEAD_BYTES;
    const place = (first + i) % count;
    const whole =
      view.getUint32(data) === n &&
      view.getUint32(data + 4) === version &&
      view.getUint32(data + 8) === place &&
      view.getUint32(data + 12) === count;
    if (!whole) {
      const words = [0, 4, 8, 12].map((offset) => view.getUint32(data + offset));
      return `record ${i} of ${count} says ${words.join(" ")}, not ${n} ${version} ${place} ${count}`;
    }
  }
  return version;
}
