/**
 * One query to one answer, in place: the hot path of every transport. The reply is built behind the question in the
 * buffer that holds the query; nothing is allocated. What it is not sure of it defers to the plugin chain.
 */
import { FLAG_DEFER_ADDRESSES, FLAG_DEFER_ALL, FLAG_DEFER_SRV } from "../answers/layout.ts";
import { lowerWord } from "../answers/lookup.ts";
import { AnswerReader } from "../answers/reader.ts";
import type { CompiledZone, DeferredZone, FastPlan } from "./plan.ts";
import { SOA_RECORD_BYTES, writeSoa } from "./soa.ts";
import { matchZone, missIsUncertain, NO_ZONE } from "./zone-match.ts";

/** answer() found that the query needs the plugin chain. */
export const DEFER = -1;

const HEADER_BYTES = 12;
const OPT_BYTES = 11;
const MIN_UDP_BYTES = 512;
const MAX_MESSAGE_BYTES = 65_535;
const NO_EDNS = -1;
const FLAG_TC = 0x02;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const TYPE_SRV = 33;
const TYPE_OPT = 41;
/** TSIG, IXFR, AXFR and the mail types; 255 (ANY) has no data of its own and is NODATA. */
const FIRST_META_TYPE = 249;
const LAST_META_TYPE = 254;
const RCODE_NXDOMAIN = 3;
/** Slack for copies that move whole 8-byte steps. */
const COPY_SLACK_BYTES = 8;

/** Memory that holds queries: one buffer in three views. */
export interface QueryMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly view: DataView;
}

/** The three views of a buffer whose start is word aligned. */
export function memoryOf({ buffer, byteOffset, byteLength }: Uint8Array): QueryMemory {
  return {
    bytes: new Uint8Array(buffer, byteOffset, byteLength),
    words: new Int32Array(buffer, byteOffset, byteLength >> 2),
    view: new DataView(buffer, byteOffset, byteLength),
  };
}

/** Told of every answer given, before it is sent. Implemented over typed arrays; must not allocate. */
export interface AnswerObserver {
  count(
    row: number,
    type: number,
    rcode: number,
    dnssecOk: boolean,
    requestBytes: number,
    responseBytes: number,
  ): void;
}

type PlannedZone = CompiledZone | DeferredZone;

export class FastPath {
  readonly #plan: FastPlan;
  readonly #tables: readonly AnswerReader[];
  readonly #memory: QueryMemory;
  readonly #observer: AnswerObserver;
  #rotation = 0;
  // What the answer under way holds so far; fields, so that no result object is made.
  #answers = 0;
  #authorities = 0;
  #additionals = 0;
  #truncated = 0;

  /** @param reader this thread's place among the tables' readers, from 0 */
  constructor(plan: FastPlan, reader: number, memory: QueryMemory, observer: AnswerObserver) {
    this.#plan = plan;
    this.#tables = plan.tables.map((buffer) => new AnswerReader(buffer, reader));
    this.#memory = memory;
    this.#observer = observer;
  }

  /** Before the first answer() of a batch: what is found from now on stays readable until leave(). */
  enter(): void {
    for (const table of this.#tables) table.enter();
  }

  leave(): void {
    for (const table of this.#tables) table.leave();
  }

  /**
   * Answers the query of `length` bytes at `offset` (a multiple of 4) in place.
   * @param capacity bytes that the reply may take from `offset` on
   * @param stream true on TCP, where no EDNS size binds
   * @returns length of the reply, or DEFER
   */
  answer(offset: number, length: number, capacity: number, stream: boolean): number {
    const { bytes, words } = this.#memory;
    const end = offset + length;
    const wordOffset = offset >> 2;
    const opCodeFlags = bytes[offset + 2] as number;
    // A standard query with one question, no other record but an OPT (RFC 1035 §4.1.1, RFC 6891 §6.1.1).
    if (length < HEADER_BYTES + 5 || (opCodeFlags & 0xf8) !== 0) return DEFER;
    const counts = words[wordOffset + 2] as number;
    if (words[wordOffset + 1] !== 0x0000_0100 || (counts !== 0 && counts !== 0x0100_0000))
      return DEFER;

    let at = offset + HEADER_BYTES;
    const lastNameByte = at + 254;
    for (let label = bytes[at] as number; label !== 0; label = bytes[at] as number) {
      at += label + 1;
      if (label > 63 || at > lastNameByte || at >= end) return DEFER;
    }
    const nameBytes = at + 1 - offset - HEADER_BYTES;
    const questionEnd = at + 5;
    if (questionEnd > end || bytes[at + 3] !== 0 || bytes[at + 4] !== 1) return DEFER;
    const type = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    if (type === TYPE_OPT || (type >= FIRST_META_TYPE && type <= LAST_META_TYPE)) return DEFER;

    let limit = MIN_UDP_BYTES;
    let edns = 0;
    if (counts !== 0) {
      edns = this.#readOpt(questionEnd, end);
      if (edns === DEFER) return DEFER;
      limit = edns & 0xffff;
      if (limit < MIN_UDP_BYTES) limit = MIN_UDP_BYTES;
    } else if (questionEnd !== end) return DEFER;
    if (stream) limit = MAX_MESSAGE_BYTES;
    return this.#respond(
      offset,
      length,
      nameBytes,
      type,
      questionEnd,
      limit,
      capacity,
      counts !== 0 ? edns : NO_EDNS,
    );
  }

  /** Returns the payload size (16 bits) and, above it, the DO bit; DEFER for anything out of the ordinary. */
  #readOpt(at: number, end: number): number {
    const { bytes } = this.#memory;
    if (
      at + OPT_BYTES !== end ||
      bytes[at] !== 0 ||
      bytes[at + 1] !== 0 ||
      bytes[at + 2] !== TYPE_OPT
    )
      return DEFER;
    // Version 0, no extended rcode, no options.
    if (bytes[at + 5] !== 0 || bytes[at + 6] !== 0 || bytes[at + 9] !== 0 || bytes[at + 10] !== 0)
      return DEFER;
    const dnssecOk = (bytes[at + 7] as number) >> 7;
    return (dnssecOk << 16) | ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
  }

  #respond(
    offset: number,
    length: number,
    nameBytes: number,
    type: number,
    questionEnd: number,
    limit: number,
    capacity: number,
    edns: number,
  ): number {
    const { bytes, words } = this.#memory;
    const { zones, lookupFirst } = this.#plan;
    const nameStart = offset + HEADER_BYTES;
    let zoneIndex = NO_ZONE;
    let tableIndex = 0;
    if (!lookupFirst) {
      zoneIndex = matchZone(zones, bytes, nameStart, nameBytes);
      if (zoneIndex === NO_ZONE) return DEFER;
      const matched = zones[zoneIndex] as PlannedZone;
      if (matched.kind !== "compiled") return DEFER;
      tableIndex = matched.table;
    }
    const table = this.#tables[tableIndex] as AnswerReader;
    const entry = table.find(words, nameStart >> 2, nameBytes);

    // The question's sections and, when the query had one, the OPT.
    const overhead = questionEnd - offset + (edns === NO_EDNS ? 0 : OPT_BYTES);
    let tail = DEFER;
    let rcode = 0;
    this.#truncated = 0;
    if (entry > 0) {
      const head = table.words[entry] as number;
      const flags = (head >>> 16) & 0xff;
      if (flags !== 0 && isDeferred(flags, type)) return DEFER;
      zoneIndex = (this.#plan.zonesOfTable[tableIndex] as readonly number[])[head >>> 24] as number;
      const zone = zones[zoneIndex] as CompiledZone;
      const set = table.findSet(entry, nameBytes, type);
      if (set === 0) {
        tail = this.#writeNegative(table, zone, questionEnd, nameBytes, capacity - overhead);
      } else {
        if (type === TYPE_SRV && hasUpperCase(words, nameStart >> 2, nameBytes)) return DEFER;
        tail = this.#writeSet(
          table,
          set,
          zone.rotate,
          questionEnd,
          limit - overhead,
          capacity - overhead,
        );
      }
    } else {
      if (zoneIndex === NO_ZONE) zoneIndex = matchZone(zones, bytes, nameStart, nameBytes);
      if (zoneIndex === NO_ZONE) return DEFER;
      const zone = zones[zoneIndex] as PlannedZone;
      if (zone.kind !== "compiled" || zone.missing === "defer") return DEFER;
      if (missIsUncertain(bytes, nameStart, nameBytes, zone)) return DEFER;
      rcode = RCODE_NXDOMAIN;
      tail = this.#writeNegative(table, zone, questionEnd, nameBytes, capacity - overhead);
    }
    if (tail === DEFER) return DEFER;

    let additionals = this.#additionals;
    if (edns !== NO_EDNS) {
      tail = this.#writeOpt(tail, edns);
      additionals++;
    }
    // QR and AA set, RD echoed; RA clear, CD echoed.
    bytes[offset + 2] = 0x84 | this.#truncated | ((bytes[offset + 2] as number) & 0x01);
    bytes[offset + 3] = ((bytes[offset + 3] as number) & 0x10) | rcode;
    bytes[offset + 6] = this.#answers >> 8;
    bytes[offset + 7] = this.#answers;
    bytes[offset + 9] = this.#authorities;
    bytes[offset + 10] = additionals >> 8;
    bytes[offset + 11] = additionals;
    const row = (zones[zoneIndex] as CompiledZone).counters;
    this.#observer.count(row, type, rcode, edns > 0xffff, length, tail - offset);
    return tail - offset;
  }

  /** Writes the SOA of an answer without data, unless the first lists are still under way. */
  #writeNegative(
    table: AnswerReader,
    zone: CompiledZone,
    at: number,
    nameBytes: number,
    room: number,
  ): number {
    if (!table.synced || SOA_RECORD_BYTES > room) return DEFER;
    this.#answers = 0;
    this.#authorities = 1;
    this.#additionals = 0;
    const apex = HEADER_BYTES + nameBytes - zone.name.length;
    return writeSoa(this.#memory.view, at, apex, zone.negativeTtlSeconds, table.serial);
  }

  /**
   * @param set word offset of the set's row in its entry's directory
   * @param limit bytes that the client takes for answers and additionals
   * @param room bytes that the memory has for them
   */
  #writeSet(
    table: AnswerReader,
    set: number,
    rotate: boolean,
    at: number,
    limit: number,
    room: number,
  ): number {
    const { words } = table;
    const recordBytes = words[set + 2] as number;
    const additional = words[set + 3] as number;
    const additionalBytes = additional >>> 16;
    const wholeBytes = words[set + 1] as number;
    let answers = (words[set] as number) >>> 16;
    let answerBytes = wholeBytes;
    if (answerBytes + additionalBytes > limit) {
      // Whole records up to the limit, and TC (RFC 2181 §9); sections of unequal records are cut by the slow path.
      if (recordBytes === 0 || additionalBytes !== 0) return DEFER;
      answers = Math.trunc(limit / recordBytes);
      answerBytes = answers * recordBytes;
      this.#truncated = FLAG_TC;
    }
    if (answerBytes + additionalBytes + COPY_SLACK_BYTES > room) return DEFER;
    this.#answers = answers;
    this.#authorities = 0;
    this.#additionals = additional & 0xffff;
    const { view } = this.#memory;
    if (rotate && recordBytes !== 0 && answers > 1) {
      return this.#copyRotated(table, wholeBytes, recordBytes, answerBytes, at);
    }
    const tail = table.copy(0, view, at, answerBytes);
    if (additionalBytes === 0) return tail;
    return table.copy((wholeBytes + 3) & ~3, view, tail, additionalBytes);
  }

  #writeOpt(at: number, edns: number): number {
    const { view } = this.#memory;
    view.setUint8(at, 0);
    view.setUint16(at + 1, TYPE_OPT);
    view.setUint16(at + 3, edns & 0xffff);
    view.setInt32(at + 5, edns > 0xffff ? 0x8000 : 0);
    view.setUint16(at + 9, 0);
    return at + OPT_BYTES;
  }

  /** Copies `kept` bytes of the records, beginning with another record each time and going round. */
  #copyRotated(
    table: AnswerReader,
    wholeBytes: number,
    recordBytes: number,
    kept: number,
    target: number,
  ): number {
    this.#rotation = (this.#rotation + 1) & 0x3fff_ffff;
    const first = (this.#rotation % (wholeBytes / recordBytes)) * recordBytes;
    const { view } = this.#memory;
    const untilEnd = Math.min(kept, wholeBytes - first);
    const tail = table.copy(first, view, target, untilEnd);
    return table.copy(0, view, tail, kept - untilEnd);
  }
}

function isDeferred(flags: number, type: number): boolean {
  if ((flags & FLAG_DEFER_ALL) !== 0) return true;
  if ((flags & FLAG_DEFER_SRV) !== 0 && type === TYPE_SRV) return true;
  return (flags & FLAG_DEFER_ADDRESSES) !== 0 && (type === TYPE_A || type === TYPE_AAAA);
}

/** SRV targets carry the zone in the case asked; compiled ones are lower case. */
function hasUpperCase(words: Int32Array, start: number, nameBytes: number): boolean {
  const end = start + ((nameBytes + 3) >> 2);
  for (let at = start; at < end; at++) {
    const word = words[at] as number;
    if (lowerWord(word) !== word) return true;
  }
  return false;
}
