/** Which zone of a plan a name belongs to, and what a miss in it proves. Runs for queries that found no entry. */
import type { CompiledZone } from "./plan.ts";

export const NO_ZONE = -1;

interface Zone {
  /** Lower-case wire name. */
  readonly name: Uint8Array;
  readonly labels: number;
}

const MAX_LABELS = 128;
/** Offsets of the labels of the name last walked; one thread, no reentrance. */
const labelOffsets = new Uint16Array(MAX_LABELS);

const lowerByte = (byte: number): number => (byte >= 65 && byte <= 90 ? byte | 0x20 : byte);

/** Fills labelOffsets (relative to `start`) and returns the number of labels. The name is known to be well formed. */
function walkLabels(bytes: Uint8Array, start: number): number {
  let count = 0;
  let at = start;
  for (let label = bytes[at] as number; label !== 0; label = bytes[at] as number) {
    labelOffsets[count++] = at - start;
    at += label + 1;
  }
  return count;
}

function endsWith(bytes: Uint8Array, start: number, nameBytes: number, zone: Uint8Array): boolean {
  const from = start + nameBytes - zone.length;
  for (let i = 0; i < zone.length; i++) {
    if (lowerByte(bytes[from + i] as number) !== zone[i]) return false;
  }
  return true;
}

/** Index of the longest zone that holds the name, or NO_ZONE. `zones` has the most labels first. */
export function matchZone(
  zones: readonly Zone[],
  bytes: Uint8Array,
  start: number,
  nameBytes: number,
): number {
  const count = walkLabels(bytes, start);
  for (let index = 0; index < zones.length; index++) {
    const zone = zones[index] as Zone;
    const depth = count - zone.labels;
    if (depth < 0) continue;
    // The suffix must begin at a label border.
    const suffix = nameBytes - zone.name.length;
    const border = depth === count ? nameBytes - 1 : (labelOffsets[depth] as number);
    if (suffix === border && endsWith(bytes, start, nameBytes, zone.name)) return index;
  }
  return NO_ZONE;
}

/** True when the label at that offset is tcp, udp or sctp, with or without an underscore before it. */
function isProtocolLabel(bytes: Uint8Array, at: number): boolean {
  let length = bytes[at] as number;
  let first = at + 1;
  if (bytes[first] === 0x5f) {
    first++;
    length--;
  }
  if (length !== 3 && length !== 4) return false;
  const a = lowerByte(bytes[first] as number);
  const b = lowerByte(bytes[first + 1] as number);
  const c = lowerByte(bytes[first + 2] as number);
  if (length === 4)
    return a === 0x73 && b === 0x63 && c === 0x74 && lowerByte(bytes[first + 3] as number) === 0x70;
  return c === 0x70 && ((a === 0x74 && b === 0x63) || (a === 0x75 && b === 0x64));
}

function isLabel(bytes: Uint8Array, at: number, text: readonly number[]): boolean {
  if (bytes[at] !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (lowerByte(bytes[at + 1 + i] as number) !== text[i]) return false;
  }
  return true;
}

const POD = [0x70, 0x6f, 0x64];

/**
 * The table holds every name but two families, which are computed from the query: pod names, and port names written
 * without underscores (CoreDNS accepts `http.tcp.svc1...`).
 */
export function missIsUncertain(
  bytes: Uint8Array,
  start: number,
  nameBytes: number,
  zone: CompiledZone,
): boolean {
  const depth = walkLabels(bytes, start) - zone.labels;
  if (depth < 2 || nameBytes === 1) return false;
  if (zone.deferPods && isLabel(bytes, start + (labelOffsets[depth - 1] as number), POD))
    return true;
  if (depth !== 4 && depth !== 5) return false;
  return isProtocolLabel(bytes, start + (labelOffsets[depth - 4] as number));
}
