import { type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES, type SocketHandle } from "../contract.ts";
import { highWord, lowWord, type PinnedMemory, pin, unpin } from "../memory.ts";
import {
  CMSG_ADDRESS6,
  CMSG_IFINDEX,
  CMSG_IFINDEX6,
  CMSG_PKTINFO_BYTES,
  IOVEC_BYTES,
  IOVEC_WORDS,
  MMSGHDR_BYTES,
  MMSGHDR_WORDS,
  MSG_TRUNC,
  SOCKADDR_IN6_ADDRESS,
  SOCKADDR_IN6_BYTES,
  WORD_BASE,
  WORD_BASE_LENGTH,
  WORD_CONTROL,
  WORD_CONTROL_LENGTH,
  WORD_FLAGS,
  WORD_IOVEC,
  WORD_IOVEC_COUNT,
  WORD_LENGTH,
  WORD_NAME,
  WORD_NAME_LENGTH,
} from "./abi.ts";
import { ORIGIN_CONTROL, ORIGIN_CONTROL_LENGTH, ORIGIN_NAME_LENGTH } from "./origin.ts";
import { refuseReply } from "./refuse-reply.ts";

/** Datagrams a read takes at most. 16 and 256 were no faster. */
export const BATCH_SLOTS = 64;

/** Bytes 00 00 ff ff of a v4-mapped address as a little-endian word. */
const V4_MAPPED_WORD = 0xffff_0000 | 0;

/** The region for everything but the datagrams: places of its parts in bytes. */
const RECEIVE_HEADERS = 0;
const RECEIVE_IOVECS = RECEIVE_HEADERS + BATCH_SLOTS * MMSGHDR_BYTES;
const SEND_HEADERS = RECEIVE_IOVECS + BATCH_SLOTS * IOVEC_BYTES;
const SEND_IOVECS = SEND_HEADERS + BATCH_SLOTS * MMSGHDR_BYTES;
const ORIGINS = SEND_IOVECS + BATCH_SLOTS * IOVEC_BYTES;
const CONTROL_BYTES = ORIGINS + BATCH_SLOTS * ORIGIN_BYTES;

/**
 * The structures of recvmmsg and sendmmsg for one batch, made once: what changes from batch to batch are lengths and
 * the lower halves of the pointers to the answered slots. Everything here runs per datagram and allocates nothing.
 */
export class BatchMemory implements DatagramBatch {
  readonly bytes: Buffer;
  readonly receiveAddress: number;
  readonly sendAddress: number;
  count = 0;
  /** How many messages stand packed at sendAddress. */
  answered = 0;
  readonly #slots: PinnedMemory;
  readonly #control: PinnedMemory;
  readonly #words: Int32Array;
  readonly #originBytes: Buffer;
  readonly #slotsLow: number;
  readonly #originsLow: number;
  readonly #controlCapacity: number;
  readonly #ipv6: boolean;

  constructor(socket: SocketHandle) {
    this.#slots = pin(BATCH_SLOTS * SLOT_BYTES);
    this.#control = pin(CONTROL_BYTES);
    this.bytes = this.#slots.bytes;
    this.receiveAddress = this.#control.address + RECEIVE_HEADERS;
    this.sendAddress = this.#control.address + SEND_HEADERS;
    this.#words = new Int32Array(this.#control.bytes.buffer, 0, CONTROL_BYTES / 4);
    this.#originBytes = this.#control.bytes.subarray(ORIGINS);
    this.#slotsLow = lowWord(this.#slots.address);
    this.#originsLow = lowWord(this.#control.address + ORIGINS);
    this.#controlCapacity = socket.reportsDestination ? CMSG_PKTINFO_BYTES : 0;
    this.#ipv6 = socket.family === 6;
    for (let slot = 0; slot < BATCH_SLOTS; slot++) {
      this.#linkHeader(RECEIVE_HEADERS, RECEIVE_IOVECS, slot);
      this.#linkHeader(SEND_HEADERS, SEND_IOVECS, slot);
    }
    this.#offerSlots(BATCH_SLOTS);
  }

  lengthOf(slot: number): number {
    return this.#receiveWord(slot, WORD_LENGTH);
  }

  isTruncated(slot: number): boolean {
    return (this.#receiveWord(slot, WORD_FLAGS) & MSG_TRUNC) !== 0;
  }

  familyOf(slot: number): 4 | 6 {
    if (!this.#ipv6) return 4;
    const address = (ORIGINS + slot * ORIGIN_BYTES + SOCKADDR_IN6_ADDRESS) / 4;
    const words = this.#words;
    // ::ffff:0:0/96, the v4-mapped addresses (RFC 4291 §2.5.5.2).
    return words[address] === 0 && words[address + 1] === 0 && words[address + 2] === V4_MAPPED_WORD
      ? 4
      : 6;
  }

  reply(slot: number, lengthBytes: number): void {
    if (slot >>> 0 >= this.count || lengthBytes >>> 0 > SLOT_BYTES) refuseReply(slot, lengthBytes);
    if (this.answered === BATCH_SLOTS) refuseReply(slot, lengthBytes);
    this.#leaveInterfaceToRoutes(slot);
    const words = this.#words;
    const iovec = SEND_IOVECS / 4 + this.answered * IOVEC_WORDS;
    words[iovec + WORD_BASE] = this.#slotsLow + slot * SLOT_BYTES;
    words[iovec + WORD_BASE_LENGTH] = lengthBytes;
    const header = SEND_HEADERS / 4 + this.answered * MMSGHDR_WORDS;
    const originLow = this.#originsLow + slot * ORIGIN_BYTES;
    words[header + WORD_NAME] = originLow;
    words[header + WORD_NAME_LENGTH] = this.#receiveWord(slot, WORD_NAME_LENGTH);
    words[header + WORD_CONTROL] = originLow + ORIGIN_CONTROL;
    words[header + WORD_CONTROL_LENGTH] = this.#receiveWord(slot, WORD_CONTROL_LENGTH);
    this.answered++;
  }

  copyOrigin(slot: number, target: Uint8Array, offset: number): void {
    this.#leaveInterfaceToRoutes(slot);
    const origin = (ORIGINS + slot * ORIGIN_BYTES) / 4;
    this.#words[origin + ORIGIN_NAME_LENGTH / 4] = this.#receiveWord(slot, WORD_NAME_LENGTH);
    this.#words[origin + ORIGIN_CONTROL_LENGTH / 4] = this.#receiveWord(slot, WORD_CONTROL_LENGTH);
    const start = slot * ORIGIN_BYTES;
    this.#originBytes.copy(target, offset, start, start + ORIGIN_BYTES);
  }

  /** Takes over what recvmmsg has put here; false when it was no datagram but the wake-up of a shutdown(). */
  begin(received: number): boolean {
    this.count = received;
    this.answered = 0;
    // Every datagram has a sender, an empty one too; a read that shutdown() ended has none.
    return this.#receiveWord(0, WORD_NAME_LENGTH) !== 0;
  }

  /** Restores the lengths that the kernel has overwritten, for the next read. */
  recycle(): void {
    this.#offerSlots(this.count);
  }

  /** Gives the memory back; the object is of no use afterwards. */
  release(): void {
    unpin(this.#slots);
    unpin(this.#control);
  }

  #receiveWord(slot: number, word: number): number {
    // Inside the region for every slot below BATCH_SLOTS, which is all that recvmmsg reports.
    return this.#words[RECEIVE_HEADERS / 4 + slot * MMSGHDR_WORDS + word] as number;
  }

  #offerSlots(count: number): void {
    for (let slot = 0; slot < count; slot++) {
      const header = RECEIVE_HEADERS / 4 + slot * MMSGHDR_WORDS;
      this.#words[header + WORD_NAME_LENGTH] = SOCKADDR_IN6_BYTES;
      this.#words[header + WORD_CONTROL_LENGTH] = this.#controlCapacity;
    }
  }

  /**
   * The received control message serves for the reply as it is, but for the interface: 0 leaves it to the routes,
   * which may send the answer another way than the query came. Link-local addresses mean nothing without one.
   */
  #leaveInterfaceToRoutes(slot: number): void {
    const control = (ORIGINS + slot * ORIGIN_BYTES + ORIGIN_CONTROL) / 4;
    if (!this.#ipv6) {
      this.#words[control + CMSG_IFINDEX / 4] = 0;
      return;
    }
    const linkLocal = ((this.#words[control + CMSG_ADDRESS6 / 4] as number) & 0xc0ff) === 0x80fe;
    if (!linkLocal) this.#words[control + CMSG_IFINDEX6 / 4] = 0;
  }

  #linkHeader(headers: number, iovecs: number, slot: number): void {
    const words = this.#words;
    const iovec = iovecs / 4 + slot * IOVEC_WORDS;
    writePointer(words, iovec + WORD_BASE, this.#slots.address + slot * SLOT_BYTES);
    words[iovec + WORD_BASE_LENGTH] = SLOT_BYTES;
    const header = headers / 4 + slot * MMSGHDR_WORDS;
    const origin = this.#control.address + ORIGINS + slot * ORIGIN_BYTES;
    writePointer(words, header + WORD_NAME, origin);
    writePointer(words, header + WORD_CONTROL, origin + ORIGIN_CONTROL);
    writePointer(words, header + WORD_IOVEC, this.#control.address + iovecs + slot * IOVEC_BYTES);
    words[header + WORD_IOVEC_COUNT] = 1;
  }
}

function writePointer(words: Int32Array, word: number, address: number): void {
  words[word] = lowWord(address);
  words[word + 1] = highWord(address);
}
