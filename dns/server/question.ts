/** The question of a received query, read in place. One object is used over and over: nothing is allocated. */
import { HEADER_BYTES, type QueryMemory } from "./in-place.ts";
import { OPT_BYTES, TYPE_OPT } from "./opt.ts";

const MIN_UDP_BYTES = 512;
const MAX_MESSAGE_BYTES = 65_535;
const NO_EDNS = -1;
const UNUSUAL = -2;
/** TSIG, IXFR, AXFR and the mail types; 255 (ANY) has no data of its own and is NODATA. */
const FIRST_META_TYPE = 249;
const LAST_META_TYPE = 254;

export class ReceivedQuestion {
  readonly memory: QueryMemory;
  /** Where the message begins, and its length. */
  offset = 0;
  length = 0;
  /** Length of the wire name with its root label. */
  nameBytes = 0;
  type = 0;
  /** Offset behind the question. */
  end = 0;
  /** How long the client lets the reply be. */
  limit = 0;
  /** The client's payload size with the DO bit above it; negative without an OPT. */
  edns = NO_EDNS;

  constructor(memory: QueryMemory) {
    this.memory = memory;
  }

  get hasEdns(): boolean {
    return this.edns >= 0;
  }

  get dnssecOk(): boolean {
    return this.edns > 0xffff;
  }

  /** Bytes of the reply beside its records: header, question and OPT. */
  get overhead(): number {
    return this.end - this.offset + (this.edns < 0 ? 0 : OPT_BYTES);
  }

  /**
   * Reads a standard query with one question and no other record but an OPT (RFC 1035 §4.1.1, RFC 6891 §6.1.1).
   * @param offset a multiple of 4
   * @param stream true on TCP, where no EDNS size binds
   * @returns false for anything else, well formed or not
   */
  read(offset: number, length: number, stream: boolean): boolean {
    const { bytes, words } = this.memory;
    const messageEnd = offset + length;
    const wordOffset = offset >> 2;
    // QR and opcode clear.
    if (length < HEADER_BYTES + 5 || ((bytes[offset + 2] as number) & 0xf8) !== 0) return false;
    const counts = words[wordOffset + 2] as number;
    if (words[wordOffset + 1] !== 0x0000_0100) return false;
    if (counts !== 0 && counts !== 0x0100_0000) return false;

    let at = offset + HEADER_BYTES;
    const lastNameByte = at + 254;
    for (let label = bytes[at] as number; label !== 0; label = bytes[at] as number) {
      at += label + 1;
      if (label > 63 || at > lastNameByte || at >= messageEnd) return false;
    }
    const end = at + 5;
    // Class IN.
    if (end > messageEnd || bytes[at + 3] !== 0 || bytes[at + 4] !== 1) return false;
    const type = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    if (type === TYPE_OPT || (type >= FIRST_META_TYPE && type <= LAST_META_TYPE)) return false;

    const edns = counts === 0 ? NO_EDNS : this.#readOpt(end, messageEnd);
    if (edns === UNUSUAL || (edns === NO_EDNS && end !== messageEnd)) return false;
    this.offset = offset;
    this.length = length;
    this.nameBytes = end - 4 - offset - HEADER_BYTES;
    this.type = type;
    this.end = end;
    this.edns = edns;
    const asked = edns === NO_EDNS ? 0 : edns & 0xffff;
    this.limit = stream ? MAX_MESSAGE_BYTES : Math.max(asked, MIN_UDP_BYTES);
    return true;
  }

  /** Version 0, no extended rcode, no options, nothing behind it; else UNUSUAL. */
  #readOpt(at: number, messageEnd: number): number {
    const { bytes } = this.memory;
    if (at + OPT_BYTES !== messageEnd) return UNUSUAL;
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== TYPE_OPT) return UNUSUAL;
    if (bytes[at + 5] !== 0 || bytes[at + 6] !== 0) return UNUSUAL;
    if (bytes[at + 9] !== 0 || bytes[at + 10] !== 0) return UNUSUAL;
    const dnssecOk = (bytes[at + 7] as number) >> 7;
    return (dnssecOk << 16) | ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
  }
}
