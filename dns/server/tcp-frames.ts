/** Splits a TCP stream into messages: two bytes of length before each (RFC 1035 §4.2.2). */

/** Takes a message in place. False means "no more for now": what follows waits for the next proceed(). */
export type TakeFrame = (buffer: Buffer, offset: number, length: number) => boolean;

const LENGTH_BYTES = 2;

export class FrameReader {
  readonly #take: TakeFrame;
  /** What has not been taken: usually nothing, or the beginning of a frame. Only the first #bytes count. */
  #buffer: Buffer = Buffer.alloc(0);
  #bytes = 0;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  /** Adds what the stream brought; the chunk must not change until it has been taken. */
  append(chunk: Buffer): void {
    if (this.#bytes === 0) {
      this.#buffer = chunk;
      this.#bytes = chunk.length;
      return;
    }
    const bytes = this.#bytes + chunk.length;
    // Room is doubled, so that a frame that comes byte by byte is not copied for each of them.
    if (bytes > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#bytes));
      this.#buffer.copy(larger, 0, 0, this.#bytes);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#bytes);
    this.#bytes = bytes;
  }

  /** Hands complete frames over until there is none or no more are taken. Returns how many it was. */
  proceed(): number {
    let at = 0;
    let count = 0;
    let wanted = true;
    while (wanted && this.#bytes - at >= LENGTH_BYTES) {
      const length = this.#buffer.readUInt16BE(at);
      const start = at + LENGTH_BYTES;
      if (this.#bytes - start < length) break;
      at = start + length;
      count++;
      wanted = this.#take(this.#buffer, start, length);
    }
    this.#drop(at);
    return count;
  }

  /** The rest moves to memory of its own: a few bytes must not hold on to the whole chunk they came in. */
  #drop(taken: number): void {
    if (taken === 0) return;
    this.#buffer = Buffer.from(this.#buffer.subarray(taken, this.#bytes));
    this.#bytes = this.#buffer.length;
  }
}
