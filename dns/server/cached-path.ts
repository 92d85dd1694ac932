/** Answers from cached messages, for queries that the compiled answers leave open. Hot: allocates nothing. */
import { DENIAL_HITS, hitCountsOf, SUCCESS_HITS } from "../answers/hit-counts.ts";
import {
  ROW_COUNTS,
  ROW_DETAILS,
  ROW_HEADER,
  ROW_SIZES,
  ROW_STORED,
  ROW_TTL,
  VARIANT_CD,
  VARIANT_DO,
} from "../answers/message-layout.ts";
import { MessageReader } from "../answers/message-reader.ts";
import { monotonicMs } from "../answers/monotonic.ts";
import { isDueForPrefetch } from "../answers/popularity.ts";
import { type AnswerObserver, CACHE, COPY_SLACK_BYTES, DEFER, HEADER_BYTES } from "./in-place.ts";
import { writeOpt } from "./opt.ts";
import type { CachePlan } from "./plan.ts";
import type { ReceivedQuestion } from "./question.ts";
import { matchZone, NO_ZONE } from "./zone-match.ts";

const FLAG_CD = 0x10;
const FLAG_AD = 0x20;
const RCODE_MASK = 0x0f;

export class CachedPath {
  readonly #zones: CachePlan["zones"];
  readonly #tables: readonly MessageReader[];
  readonly #gates: readonly Int32Array[];
  /** This reader's hit counts, for each zone. */
  readonly #hits: readonly Float64Array[];
  readonly #observer: AnswerObserver;
  readonly #clock: () => number;
  #nowSeconds = 0;
  #nowMilliseconds = 0;
  #closed = false;

  /**
   * @param reader this thread's place among the tables' readers, from 0
   * @param clock whole milliseconds of the monotonic clock
   */
  constructor(
    plan: CachePlan,
    reader: number,
    observer: AnswerObserver,
    clock: () => number = monotonicMs,
  ) {
    this.#zones = plan.zones;
    this.#tables = plan.tables.map((table) => new MessageReader(table, reader));
    this.#gates = plan.gates.map((buffer) => new Int32Array(buffer));
    this.#hits = plan.zones.map((zone) =>
      zone.kind === "cached" ? hitCountsOf(zone.hits, reader) : new Float64Array(0),
    );
    this.#observer = observer;
    this.#clock = clock;
  }

  enter(): void {
    const nowMs = this.#clock();
    this.#nowSeconds = Math.floor(nowMs / 1000);
    this.#nowMilliseconds = nowMs % 1000;
    for (const gate of this.#gates) this.#closed ||= Atomics.load(gate, 0) !== 0;
    for (const table of this.#tables) table.enter();
  }

  leave(): void {
    for (const table of this.#tables) table.leave();
  }

  /** As FastPath.answer(), for a question that has been read. */
  answer(question: ReceivedQuestion, capacity: number): number {
    if (this.#closed) return DEFER;
    const { offset, length, nameBytes, type, dnssecOk } = question;
    const { bytes, words, view } = question.memory;
    const nameStart = offset + HEADER_BYTES;
    const zoneIndex = matchZone(this.#zones, bytes, nameStart, nameBytes);
    if (zoneIndex === NO_ZONE) return DEFER;
    const zone = this.#zones[zoneIndex] as CachePlan["zones"][number];
    if (zone.kind !== "cached") return DEFER;
    const table = this.#tables[zone.table] as MessageReader;
    const entry = table.find(words, nameStart >> 2, nameBytes);
    if (entry === 0) return DEFER;

    const flags = bytes[offset + 3] as number;
    const variant = (dnssecOk ? VARIANT_DO : 0) | ((flags & FLAG_CD) !== 0 ? VARIANT_CD : 0);
    const row = table.findMessage(entry, nameBytes, type | (variant << 16));
    if (row === 0) return DEFER;
    const cached = table.words;
    const now = this.#nowSeconds;
    const ttl = cached[row + ROW_TTL] as number;
    const details = cached[row + ROW_DETAILS] as number;
    // Whole seconds since it was stored, to the millisecond.
    const begun = Number(this.#nowMilliseconds < (details & 0xffff));
    const age = now - (cached[row + ROW_STORED] as number) - begun;
    // The batch may have begun before the message was stored.
    const left = Math.min(ttl - age, ttl);
    if (left <= 0) return DEFER;
    const { prefetch } = zone;
    let hits = 0;
    if (prefetch !== undefined) {
      hits = table.hitsWithThis(row, now, prefetch.gapSeconds);
      // The plugin answers this one, and fetches the message anew.
      if (isDueForPrefetch(prefetch, hits, left, ttl)) return DEFER;
    }

    const size = question.overhead + ((cached[row + ROW_SIZES] as number) & 0xffff);
    // What must be cut is cut by the slow path.
    if (size > question.limit || size + COPY_SLACK_BYTES > capacity) return DEFER;
    const shownTtl = zone.keepTtl ? ttl : left;
    let tail = table.writeBody(row, view, question.end, shownTtl, zone.rotate);
    if (question.hasEdns) tail = writeOpt(view, tail, question.edns);

    const header = cached[row + ROW_HEADER] as number;
    const counts = cached[row + ROW_COUNTS] as number;
    const additionals = (counts >>> 16) + Number(question.hasEdns);
    // Authentic data is news only for who asks for it (RFC 6840 §5.7).
    const told = dnssecOk || (flags & FLAG_AD) !== 0 ? 0xff : 0xff & ~FLAG_AD;
    bytes[offset + 2] = (header & 0xff) | ((bytes[offset + 2] as number) & 0x01);
    bytes[offset + 3] = ((header >> 8) & told) | (flags & FLAG_CD);
    bytes[offset + 6] = header >>> 24;
    bytes[offset + 7] = header >>> 16;
    bytes[offset + 8] = counts >> 8;
    bytes[offset + 9] = counts;
    bytes[offset + 10] = additionals >> 8;
    bytes[offset + 11] = additionals;
    if (prefetch !== undefined) table.countHit(row, hits, now);
    const kind = details >>> 16 === 0 ? SUCCESS_HITS : DENIAL_HITS;
    const counted = this.#hits[zoneIndex] as Float64Array;
    counted[kind] = (counted[kind] as number) + 1;
    const rcode = (header >> 8) & RCODE_MASK;
    this.#observer.count(zone.counters, type, rcode, dnssecOk, length, tail - offset, CACHE);
    return tail - offset;
  }
}
