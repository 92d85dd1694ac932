/** What the message torture's writer and readers agree on: bodies that say of which name, type and version they are. */
import { nameToWire } from "../wire/name.ts";
import type { CachedMessage, MessageKey } from "./message-layout.ts";
import { UNSEEN } from "./popularity.ts";

export const NAMES = 2000;
export const TYPES = [1, 28, 15];
/** Words of the memory that writer and readers share beside the table. */
export const STOP = 0;
/** One word for each name and type: the version whose writing has begun, and the version that stands in the table. */
export const WRITING = 8;
export const WRITTEN = WRITING + NAMES * TYPES.length;
export const SHARED_BYTES = (WRITTEN + NAMES * TYPES.length) * 4;

const CERTIFICATE_BYTES = 12;
const MAX_CERTIFICATES = 100;

export interface TortureData {
  readonly table: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly reader: number;
}

export interface TortureReport {
  readonly answers: number;
  readonly missing: number;
  /** What went wrong first. */
  readonly violation?: string;
}

export const wireNameOf = (n: number): Uint8Array => nameToWire(`n${n}.torture.test.`);
export const keyOf = (type: number): MessageKey => ({
  type,
  dnssecOk: false,
  checkingDisabled: false,
});
/** Every fifth version of a message is its absence. */
export const isPresent = (version: number): boolean => version % 5 !== 0;
const certificates = (n: number, version: number): number =>
  1 + ((n * 31 + version * 17) % MAX_CERTIFICATES);

/** As many certificates as name and version ask for: TTL, name and type, version. */
export function messageOf(n: number, type: number, version: number): CachedMessage {
  const count = certificates(n, version);
  const body = new Uint8Array(count * CERTIFICATE_BYTES);
  const view = new DataView(body.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(i * CERTIFICATE_BYTES + 4, (n << 8) | type);
    view.setUint32(i * CERTIFICATE_BYTES + 8, version);
  }
  return {
    key: keyOf(type),
    header: 0,
    answerCount: count,
    authorityCount: 0,
    additionalCount: 0,
    body,
    ttlOffsets: Array.from({ length: count }, (_, i) => i * CERTIFICATE_BYTES),
    storedMs: 0,
    ttlSeconds: 60,
    denial: false,
    popularity: UNSEEN,
  };
}

/** The version that the body is of, or what is wrong with it. */
export function versionOf(
  view: DataView,
  at: number,
  bytes: number,
  {
    n,
    type,
    ttlSeconds,
  }: { readonly n: number; readonly type: number; readonly ttlSeconds: number },
): number | string {
  const version = view.getUint32(at + 8);
  if (bytes !== certificates(n, version) * CERTIFICATE_BYTES)
    return `${bytes} bytes of version ${version}`;
  for (let offset = at; offset < at + bytes; offset += CERTIFICATE_BYTES) {
    const words = [0, 4, 8].map((field) => view.getUint32(offset + field));
    const expected = [ttlSeconds, (n << 8) | type, version];
    if (words.join() !== expected.join()) return `says ${words.join()}, not ${expected.join()}`;
  }
  return version;
}
