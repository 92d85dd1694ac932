/** Answers from compiled answers (dns/answers): names of the cluster, and that there is no such name. */
import { FLAG_DEFER_ADDRESSES, FLAG_DEFER_ALL, FLAG_DEFER_SRV } from "../answers/layout.ts";
import { lowerWord } from "../answers/lookup.ts";
import { AnswerReader } from "../answers/reader.ts";
import { firstInTurn, nextTurn } from "../answers/turn.ts";
import {
  type AnswerObserver,
  COPY_SLACK_BYTES,
  DEFER,
  HEADER_BYTES,
  KUBERNETES,
  OPEN,
} from "./in-place.ts";
import { writeOpt } from "./opt.ts";
import type { CompiledZone, DeferredZone, FastPlan } from "./plan.ts";
import type { ReceivedQuestion } from "./question.ts";
import { SOA_RECORD_BYTES, writeSoa } from "./soa.ts";
import { matchZone, missIsUncertain, NO_ZONE } from "./zone-match.ts";

const FLAG_TC = 0x02;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const TYPE_SRV = 33;
const RCODE_NXDOMAIN = 3;

type PlannedZone = CompiledZone | DeferredZone;

export class CompiledPath {
  readonly #plan: FastPlan;
  readonly #tables: readonly AnswerReader[];
  readonly #observer: AnswerObserver;
  readonly #gates: readonly Int32Array[];
  #closed = false;
  #turn = 0;
  // What the answer under way holds so far; fields, so that no result object is made.
  #zone = NO_ZONE;
  #rcode = 0;
  #answers = 0;
  #authorities = 0;
  #additionals = 0;
  #truncated = 0;

  constructor(plan: FastPlan, reader: number, observer: AnswerObserver) {
    this.#plan = plan;
    this.#tables = plan.tables.map((buffer) => new AnswerReader(buffer, reader));
    this.#observer = observer;
    this.#gates = plan.gates.map((buffer) => new Int32Array(buffer));
  }

  enter(): void {
    for (const gate of this.#gates) this.#closed ||= Atomics.load(gate, 0) !== 0;
    for (const table of this.#tables) table.enter();
  }

  leave(): void {
    for (const table of this.#tables) table.leave();
  }

  /** As FastPath.answer(), for a question that has been read; or OPEN. */
  answer(question: ReceivedQuestion, capacity: number): number {
    if (this.#closed) return OPEN;
    const { offset } = question;
    const { bytes, view } = question.memory;
    let tail = this.#writeRecords(question, capacity - question.overhead);
    if (tail < 0) return tail;
    let additionals = this.#additionals;
    if (question.hasEdns) {
      tail = writeOpt(view, tail, question.edns);
      additionals++;
    }
    // QR and AA set, RD echoed; RA clear, CD echoed.
    bytes[offset + 2] = 0x84 | this.#truncated | ((bytes[offset + 2] as number) & 0x01);
    bytes[offset + 3] = ((bytes[offset + 3] as number) & 0x10) | this.#rcode;
    bytes[offset + 6] = this.#answers >> 8;
    bytes[offset + 7] = this.#answers;
    bytes[offset + 9] = this.#authorities;
    bytes[offset + 10] = additionals >> 8;
    bytes[offset + 11] = additionals;
    const { counters } = this.#plan.zones[this.#zone] as CompiledZone;
    const { type, length, dnssecOk } = question;
    this.#observer.count(counters, type, this.#rcode, dnssecOk, length, tail - offset, KUBERNETES);
    return tail - offset;
  }

  /** @param room bytes that the memory has for records; @returns the offset behind them, DEFER or OPEN */
  #writeRecords(question: ReceivedQuestion, room: number): number {
    const { offset, nameBytes, type } = question;
    const { bytes, words } = question.memory;
    const { zones, lookupFirst, zonesOfTable } = this.#plan;
    const nameStart = offset + HEADER_BYTES;
    let tableIndex = 0;
    this.#zone = NO_ZONE;
    if (!lookupFirst) {
      this.#zone = matchZone(zones, bytes, nameStart, nameBytes);
      if (this.#zone === NO_ZONE) return OPEN;
      const matched = zones[this.#zone] as PlannedZone;
      if (matched.kind !== "compiled") return OPEN;
      tableIndex = matched.table;
    }
    const table = this.#tables[tableIndex] as AnswerReader;
    const entry = table.find(words, nameStart >> 2, nameBytes);
    if (entry === 0) return this.#writeMiss(table, question, room);

    const head = table.words[entry] as number;
    const flags = (head >>> 16) & 0xff;
    if (flags !== 0 && isDeferred(flags, type)) return DEFER;
    this.#zone = (zonesOfTable[tableIndex] as readonly number[])[head >>> 24] as number;
    const zone = zones[this.#zone] as CompiledZone;
    const set = table.findSet(entry, nameBytes, type);
    this.#rcode = 0;
    if (set === 0) return this.#writeNegative(table, zone, question, room);
    if (type === TYPE_SRV && hasUpperCase(words, nameStart >> 2, nameBytes)) return DEFER;
    return this.#writeSet(table, set, zone.rotate, question, room);
  }

  #writeMiss(table: AnswerReader, question: ReceivedQuestion, room: number): number {
    const { zones } = this.#plan;
    const { nameBytes } = question;
    const { bytes } = question.memory;
    const nameStart = question.offset + HEADER_BYTES;
    if (this.#zone === NO_ZONE) this.#zone = matchZone(zones, bytes, nameStart, nameBytes);
    if (this.#zone === NO_ZONE) return OPEN;
    const zone = zones[this.#zone] as PlannedZone;
    if (zone.kind !== "compiled" || zone.missing === "defer") return OPEN;
    if (missIsUncertain(bytes, nameStart, nameBytes, zone)) return DEFER;
    this.#rcode = RCODE_NXDOMAIN;
    return this.#writeNegative(table, zone, question, room);
  }

  /** Writes the SOA of an answer without data, unless the first lists are still under way. */
  #writeNegative(
    table: AnswerReader,
    zone: CompiledZone,
    question: ReceivedQuestion,
    room: number,
  ): number {
    if (!table.synced || SOA_RECORD_BYTES > room) return DEFER;
    this.#answers = 0;
    this.#authorities = 1;
    this.#additionals = 0;
    this.#truncated = 0;
    const apex = HEADER_BYTES + question.nameBytes - zone.name.length;
    return writeSoa(
      question.memory.view,
      question.end,
      apex,
      zone.negativeTtlSeconds,
      table.serial,
    );
  }

  /**
   * @param set word offset of the set's row in its entry's directory
   * @param room bytes that the memory has for answers and additionals
   */
  #writeSet(
    table: AnswerReader,
    set: number,
    rotate: boolean,
    question: ReceivedQuestion,
    room: number,
  ): number {
    const { words } = table;
    const { view } = question.memory;
    const recordBytes = words[set + 2] as number;
    const additional = words[set + 3] as number;
    const additionalBytes = additional >>> 16;
    const wholeBytes = words[set + 1] as number;
    const limit = question.limit - question.overhead;
    let answers = (words[set] as number) >>> 16;
    let answerBytes = wholeBytes;
    this.#truncated = 0;
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
    if (rotate && recordBytes !== 0 && answers > 1) {
      return this.#copyRotated(table, view, wholeBytes, recordBytes, answerBytes, question.end);
    }
    const tail = table.copy(0, view, question.end, answerBytes);
    if (additionalBytes === 0) return tail;
    return table.copy((wholeBytes + 3) & ~3, view, tail, additionalBytes);
  }

  /** Copies `kept` bytes of the records, beginning with another record each time and going round. */
  #copyRotated(
    table: AnswerReader,
    view: DataView,
    wholeBytes: number,
    recordBytes: number,
    kept: number,
    target: number,
  ): number {
    this.#turn = nextTurn(this.#turn);
    const first = firstInTurn(this.#turn, wholeBytes / recordBytes) * recordBytes;
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
