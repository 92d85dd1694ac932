/** Names with their records, compiled to the wire form that the answer table keeps. Pure. */
import {
  type CompiledEntry,
  type CompiledSet,
  FLAG_DEFER_ADDRESSES,
  FLAG_DEFER_ALL,
  FLAG_DEFER_SRV,
  MAX_SECTION_BYTES,
} from "../../answers/layout.ts";
import { writeIPv4, writeIPv6 } from "../../wire/address.ts";
import { MAX_MESSAGE_BYTES, MAX_NAME_BYTES, RecordType } from "../../wire/constants.ts";
import { nameToWire } from "../../wire/name.ts";
import type { NameRecords, ServiceLocation, TargetAddress } from "./contract.ts";
import { isIPv6 } from "./endpoints.ts";

/** A zone as the compiler needs it. */
export interface ZoneTarget {
  readonly index: number;
  /** Lower case with trailing dot. */
  readonly name: string;
  readonly ttlSeconds: number;
}

const HEADER_BYTES = 12;
const QUESTION_TAIL_BYTES = 4;
/** Owner pointer, type, class, TTL, length of the data. */
const RECORD_HEAD_BYTES = 12;
const OWNER_IS_QUESTION = 0xc000 | HEADER_BYTES;
const LAST_POINTER_TARGET = 0x3fff;
const NOTHING = new Uint8Array(0);

/** Absolute text of a name relative to a zone. */
export const inZone = (owner: string, zone: string): string =>
  zone === "." ? `${owner}.` : `${owner}.${zone}`;

/** True when a name below the zone has room for the owner; nobody can ask for the others. */
export const hasRoom = (owner: string, zone: string): boolean =>
  inZone(owner, zone).length < MAX_NAME_BYTES;

function writeRecordHead(
  view: DataView,
  at: number,
  owner: number,
  type: number,
  ttl: number,
  length: number,
): void {
  view.setUint16(at, owner);
  view.setUint16(at + 2, type);
  view.setUint16(at + 4, 1);
  view.setUint32(at + 6, ttl);
  view.setUint16(at + 10, length);
}

function addressSet(type: 1 | 28, addresses: readonly string[], ttl: number): CompiledSet {
  const dataBytes = type === 1 ? 4 : 16;
  const recordBytes = RECORD_HEAD_BYTES + dataBytes;
  // One more than a message can hold are enough to know that they do not fit, which TC says.
  const count = Math.min(addresses.length, Math.floor(MAX_MESSAGE_BYTES / recordBytes) + 1);
  const answer = new Uint8Array(count * recordBytes);
  const view = new DataView(answer.buffer);
  for (let i = 0; i < count; i++) {
    const at = i * recordBytes;
    writeRecordHead(view, at, OWNER_IS_QUESTION, type, ttl, dataBytes);
    const write = type === 1 ? writeIPv4 : writeIPv6;
    write(addresses[i] as string, answer, at + RECORD_HEAD_BYTES);
  }
  return { type, answerCount: count, answer, recordBytes, additionalCount: 0, additional: NOTHING };
}

/** Writes the SRV records and notes where in the message each target's name comes to stand. */
function srvAnswer(
  locations: readonly ServiceLocation[],
  zone: ZoneTarget,
  start: number,
): { readonly bytes: Uint8Array; readonly targetOffsets: ReadonlyMap<string, number> } {
  const targets = locations.map(({ target }) => nameToWire(inZone(target, zone.name)));
  const total = targets.reduce((sum, target) => sum + RECORD_HEAD_BYTES + 6 + target.length, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const targetOffsets = new Map<string, number>();
  let at = 0;
  for (const [i, location] of locations.entries()) {
    const target = targets[i] as Uint8Array;
    writeRecordHead(
      view,
      at,
      OWNER_IS_QUESTION,
      RecordType.SRV,
      zone.ttlSeconds,
      6 + target.length,
    );
    view.setUint16(at + 14, location.weight);
    view.setUint16(at + 16, location.port);
    bytes.set(target, at + RECORD_HEAD_BYTES + 6);
    if (!targetOffsets.has(location.target)) {
      targetOffsets.set(location.target, start + at + RECORD_HEAD_BYTES + 6);
    }
    at += RECORD_HEAD_BYTES + 6 + target.length;
  }
  return { bytes, targetOffsets };
}

/** A and AAAA records of the targets, or undefined when a target lies beyond what a compression pointer reaches. */
function srvAdditional(
  targets: readonly TargetAddress[],
  offsets: ReadonlyMap<string, number>,
  ttl: number,
): Uint8Array | undefined {
  const bytes = new Uint8Array(targets.length * (RECORD_HEAD_BYTES + 16));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { target, address } of targets) {
    const owner = offsets.get(target);
    if (owner === undefined || owner > LAST_POINTER_TARGET) return undefined;
    const v6 = isIPv6(address);
    const dataBytes = v6 ? 16 : 4;
    writeRecordHead(view, at, 0xc000 | owner, v6 ? RecordType.AAAA : RecordType.A, ttl, dataBytes);
    (v6 ? writeIPv6 : writeIPv4)(address, bytes, at + RECORD_HEAD_BYTES);
    at += RECORD_HEAD_BYTES + dataBytes;
  }
  return bytes.subarray(0, at);
}

/** Undefined when the slow path must say what fits into a message. */
function srvSet(
  records: NameRecords,
  zone: ZoneTarget,
  nameBytes: number,
): CompiledSet | undefined {
  if (!records.srv.every(({ target }) => hasRoom(target, zone.name))) return undefined;
  const start = HEADER_BYTES + nameBytes + QUESTION_TAIL_BYTES;
  const { bytes, targetOffsets } = srvAnswer(records.srv, zone, start);
  const additional = srvAdditional(records.targets, targetOffsets, zone.ttlSeconds);
  if (additional === undefined || bytes.length + additional.length > MAX_SECTION_BYTES)
    return undefined;
  return {
    type: RecordType.SRV,
    answerCount: records.srv.length,
    answer: bytes,
    recordBytes: 0,
    additionalCount: records.targets.length,
    additional,
  };
}

/**
 * The entry of one name in one zone. What is asked seldom is left to the slow path and flagged, so that a name costs
 * little: SRV at names of services and endpoints, addresses at port names.
 */
export function compileName(records: NameRecords, zone: ZoneTarget): CompiledEntry {
  const name = nameToWire(inZone(records.owner, zone.name));
  const entry = (flags: number, sets: readonly CompiledSet[]): CompiledEntry => ({
    name,
    flags,
    zoneIndex: zone.index,
    sets,
  });
  if (records.cname !== undefined) return entry(FLAG_DEFER_ALL, []);
  if (records.kind === "port") {
    if (records.srv.length === 0) return entry(FLAG_DEFER_ADDRESSES, []);
    const set = srvSet(records, zone, name.length);
    return set === undefined ? entry(FLAG_DEFER_ALL, []) : entry(FLAG_DEFER_ADDRESSES, [set]);
  }
  const sets: CompiledSet[] = [];
  if (records.v4.length > 0) sets.push(addressSet(1, records.v4, zone.ttlSeconds));
  if (records.v6.length > 0) sets.push(addressSet(28, records.v6, zone.ttlSeconds));
  return entry(records.srv.length > 0 ? FLAG_DEFER_SRV : 0, sets);
}

/** A name that exists and has no data of its own. */
export function compileEmpty(name: string, zoneIndex: number): CompiledEntry {
  return { name: nameToWire(name), flags: 0, zoneIndex, sets: [] };
}

/** A name that the slow path alone knows. */
export function compileDeferred(name: string, zoneIndex: number): CompiledEntry {
  return { name: nameToWire(name), flags: FLAG_DEFER_ALL, zoneIndex, sets: [] };
}

/** PTR records of a reverse name; targets are absolute text. */
export function compilePointers(
  name: string,
  targets: readonly string[],
  zone: ZoneTarget,
): CompiledEntry {
  const wires = targets.map(nameToWire);
  const answer = new Uint8Array(
    wires.reduce((sum, wire) => sum + RECORD_HEAD_BYTES + wire.length, 0),
  );
  const owner = nameToWire(name);
  if (answer.length > MAX_SECTION_BYTES) return compileDeferred(name, zone.index);
  const view = new DataView(answer.buffer);
  let at = 0;
  for (const wire of wires) {
    writeRecordHead(view, at, OWNER_IS_QUESTION, RecordType.PTR, zone.ttlSeconds, wire.length);
    answer.set(wire, at + RECORD_HEAD_BYTES);
    at += RECORD_HEAD_BYTES + wire.length;
  }
  const set: CompiledSet = {
    type: RecordType.PTR,
    answerCount: wires.length,
    answer,
    recordBytes: 0,
    additionalCount: 0,
    additional: NOTHING,
  };
  return { name: owner, flags: 0, zoneIndex: zone.index, sets: [set] };
}
