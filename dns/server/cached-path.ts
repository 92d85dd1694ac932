/** Answers from cached messages, for queries that the compiled answers leave open. Hot: allocates nothing. */
import {
  ROW_COUNTS,
  ROW_HEADER,
  ROW_HITS,
  ROW_SIZES,
  ROW_STORED,
  ROW_TTL,
  VARIANT_CD,
  VARIANT_DO,
} from "../answers/message-layout.ts";
import { MessageReader } from "../answers/message-reader.ts";
import { monotonicSeconds } from "../answers/monotonic.ts";
import { type AnswerObserver, CACHE, COPY_SLACK_BYTES, DEFER, HEADER_BYTES } from "./in-place.ts";
import { writeOpt } from "./opt.ts";
import type { CachedZone } from "./plan.ts";
import type { ReceivedQuestion } from "./question.ts";
import { matchZone, NO_ZONE } from "./zone-match.ts";

const FLAG_CD = 0x10;
const RCODE_MASK = 0x0f;

export class CachedPath {
  readonly #zones: readonly CachedZone[];
  readonly #tables: readonly MessageReader[];
  readonly #observer: AnswerObserver;
  #nowSeconds = 0;

  constructor(zones: readonly CachedZone[], reader: number, observer: AnswerObserver) {
    this.#zones = zones;
    this.#tables = zones.map(({ table }) => new MessageReader(table, reader));
    this.#observer = observer;
  }

  enter(): void {
    this.#nowSeconds = monotonicSeconds();
    for (const table of this.#tables) table.enter();
  }

  leave(): void {
    for (const table of this.#tables) table.leave();
  }

  /** As FastPath.answer(), for a question that has been read. */
  answer(question: ReceivedQuestion, capacity: number): number {
    const { offset, length, nameBytes, type, dnssecOk } = question;
    const { bytes, words, view } = question.memory;
    const nameStart = offset + HEADER_BYTES;
    const zoneIndex = matchZone(this.#zones, bytes, nameStart, nameBytes);
    if (zoneIndex === NO_ZONE) return DEFER;
    const zone = this.#zones[zoneIndex] as CachedZone;
    const table = this.#tables[zoneIndex] as MessageReader;
    const entry = table.find(words, nameStart >> 2, nameBytes);
    if (entry <= 0) return DEFER;

    const flags = bytes[offset + 3] as number;
    const variant = (dnssecOk ? VARIANT_DO : 0) | ((flags & FLAG_CD) !== 0 ? VARIANT_CD : 0);
    const row = table.findMessage(entry, nameBytes, type | (variant << 16));
    if (row === 0) return DEFER;
    const cached = table.words;
    const ttl = cached[row + ROW_TTL] as number;
    const left = ttl - (this.#nowSeconds - (cached[row + ROW_STORED] as number));
    if (left <= 0) return DEFER;
    // Nearly expired and asked often: the plugin answers this one, and fetches it anew.
    if (
      left * 100 <= ttl * zone.prefetchPercent &&
      (cached[row + ROW_HITS] as number) >= zone.prefetchHits
    )
      return DEFER;

    const size = question.overhead + ((cached[row + ROW_SIZES] as number) & 0xffff);
    // What must be cut is cut by the slow path.
    if (size > question.limit || size + COPY_SLACK_BYTES > capacity) return DEFER;
    let tail = table.writeBody(row, view, question.end, left, zone.rotate);
    if (question.hasEdns) tail = writeOpt(view, tail, question.edns);

    const header = cached[row + ROW_HEADER] as number;
    const counts = cached[row + ROW_COUNTS] as number;
    const additionals = (counts >>> 16) + Number(question.hasEdns);
    bytes[offset + 2] = (header & 0xff) | ((bytes[offset + 2] as number) & 0x01);
    bytes[offset + 3] = ((header >> 8) & 0xff) | (flags & FLAG_CD);
    bytes[offset + 6] = header >>> 24;
    bytes[offset + 7] = header >>> 16;
    bytes[offset + 8] = counts >> 8;
    bytes[offset + 9] = counts;
    bytes[offset + 10] = additionals >> 8;
    bytes[offset + 11] = additionals;
    table.countHit(row);
    const rcode = (header >> 8) & RCODE_MASK;
    this.#observer.count(zone.counters, type, rcode, dnssecOk, length, tail - offset, CACHE);
    return tail - offset;
  }
}
