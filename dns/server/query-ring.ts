/**
 * Queries on their way from a worker to the main thread: a byte ring in shared memory with one producer and one
 * consumer. When it is full the query is dropped and counted: the bound on what waits is part of the design.
 *
 * Record: [payload bytes, u32] [origin, ORIGIN_BYTES] [payload], padded to 4 bytes; a length of WRAP means "continue
 * at the start".
 */
import { type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES } from "#linux/contract.ts";

const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
const CONTROL_WORDS = 4;
const WRAP = -1;
const RECORD_HEAD_BYTES = 4 + ORIGIN_BYTES;

/** Holds about a thousand queries of usual length. */
export const RING_BYTES = 1 << 18;

export function createRingBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_WORDS * 4 + RING_BYTES);
}

const recordBytes = (payloadBytes: number): number => (RECORD_HEAD_BYTES + payloadBytes + 3) & ~3;

/** Positions count bytes since the start, modulo 2^32; their difference is what counts. */
class Ring {
  protected readonly control: Int32Array;
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer) {
    this.control = new Int32Array(buffer, 0, CONTROL_WORDS);
    this.words = new Int32Array(buffer, CONTROL_WORDS * 4);
    this.bytes = new Uint8Array(buffer, CONTROL_WORDS * 4);
  }
}

export class RingProducer extends Ring {
  #pushed = false;

  /** Returns false when there is no room; the drop is counted. Allocates nothing. */
  push(batch: DatagramBatch, slot: number): boolean {
    const source = batch.bytes;
    const offset = slot * SLOT_BYTES;
    const length = batch.lengthOf(slot);
    const size = recordBytes(length);
    const head = Atomics.load(this.control, HEAD);
    const tail = Atomics.load(this.control, TAIL);
    const used = (tail - head) | 0;
    let at = tail & (RING_BYTES - 1);
    const untilEnd = RING_BYTES - at;
    const needed = size <= untilEnd ? size : untilEnd + size;
    if (used + needed > RING_BYTES) {
      Atomics.add(this.control, DROPPED, 1);
      return false;
    }
    if (size > untilEnd) {
      this.words[at >> 2] = WRAP;
      at = 0;
    }
    this.words[at >> 2] = length;
    batch.copyOrigin(slot, this.bytes, at + 4);
    const payload = at + RECORD_HEAD_BYTES;
    for (let i = 0; i < length; i++) this.bytes[payload + i] = source[offset + i] as number;
    Atomics.store(this.control, TAIL, (tail + needed) | 0);
    this.#pushed = true;
    return true;
  }

  /** Wakes the consumer if anything was pushed since the last call: once a batch. */
  flush(): void {
    if (!this.#pushed) return;
    this.#pushed = false;
    Atomics.notify(this.control, TAIL);
  }
}

export type ConsumeQuery = (origin: Uint8Array, query: Uint8Array) => void;

export class RingConsumer extends Ring {
  /** Queries dropped because the ring was full. */
  get dropped(): number {
    return Atomics.load(this.control, DROPPED) >>> 0;
  }

  /** Hands at most `limit` queries over, as copies. Returns how many it was. */
  drain(limit: number, consume: ConsumeQuery): number {
    let count = 0;
    let head = Atomics.load(this.control, HEAD);
    while (count < limit && head !== Atomics.load(this.control, TAIL)) {
      let at = head & (RING_BYTES - 1);
      if (this.words[at >> 2] === WRAP) {
        head = (head + RING_BYTES - at) | 0;
        at = 0;
      }
      const length = this.words[at >> 2] as number;
      const payload = at + RECORD_HEAD_BYTES;
      const origin = this.bytes.slice(at + 4, payload);
      const query = this.bytes.slice(payload, payload + length);
      head = (head + recordBytes(length)) | 0;
      Atomics.store(this.control, HEAD, head);
      count++;
      consume(origin, query);
    }
    return count;
  }

  /** Resolves when there is something to drain, or when wake() is called. */
  async wait(): Promise<void> {
    const tail = Atomics.load(this.control, TAIL);
    if (tail !== Atomics.load(this.control, HEAD)) return;
    const waiting = Atomics.waitAsync(this.control, TAIL, tail);
    if (waiting.async) await waiting.value;
  }

  /** Ends a wait() without a query, to stop. */
  wake(): void {
    Atomics.notify(this.control, TAIL);
  }
}
