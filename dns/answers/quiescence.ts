/**
 * When may a replaced block be used again? Readers announce, once a batch, the epoch they work in, and 0 while they
 * hold nothing (blocked in the kernel). A block retired in epoch e is free as soon as no reader announces an epoch
 * <= e: read-copy-update with one store a batch instead of one a lookup.
 */
import { CONTROL_EPOCH, CONTROL_READERS, MAX_READERS } from "./layout.ts";

/** Reader: before it looks anything up in a batch. */
export function enterBatch(words: Int32Array, reader: number): void {
  // The store must be visible before the epoch is trusted: announce, and announce again if the epoch moved meanwhile.
  let epoch = Atomics.load(words, CONTROL_EPOCH);
  for (;;) {
    Atomics.store(words, CONTROL_READERS + reader, epoch);
    const now = Atomics.load(words, CONTROL_EPOCH);
    if (now === epoch) return;
    epoch = now;
  }
}

/** Reader: when it holds no reference any more. */
export function leaveBatch(words: Int32Array, reader: number): void {
  Atomics.store(words, CONTROL_READERS + reader, 0);
}

interface Retired {
  readonly offset: number;
  readonly words: number;
  readonly epoch: number;
}

/** Writer: keeps retired blocks until no reader can see them. */
export class RetiredBlocks {
  #queue: Retired[] = [];
  #head = 0;

  get size(): number {
    return this.#queue.length - this.#head;
  }

  retire(control: Int32Array, offset: number, words: number): void {
    this.#queue.push({ offset, words, epoch: Atomics.load(control, CONTROL_EPOCH) });
  }

  /** Starts a new epoch and frees what every reader has left behind. */
  reclaim(control: Int32Array, free: (offset: number, words: number) => void): void {
    if (this.size === 0) return;
    Atomics.add(control, CONTROL_EPOCH, 1);
    let oldest = Number.POSITIVE_INFINITY;
    for (let reader = 0; reader < MAX_READERS; reader++) {
      const epoch = Atomics.load(control, CONTROL_READERS + reader);
      if (epoch !== 0 && epoch < oldest) oldest = epoch;
    }
    while (this.#head < this.#queue.length) {
      const block = this.#queue[this.#head] as Retired;
      if (block.epoch >= oldest) break;
      free(block.offset, block.words);
      this.#head++;
    }
    if (this.#head * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
