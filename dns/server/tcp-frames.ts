/** Splits a TCP stream into messages: two bytes of length before each (RFC 1035 §4.2.2). */

export type TakeFrame = (buffer: Buffer, offset: number, length: number) => void;

const LENGTH_BYTES = 2;

export class FrameReader {
  readonly #take: TakeFrame;
  /** The beginning of a frame whose rest has not arrived. */
  #partial: Buffer | undefined;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  /** Hands every complete frame over, in place. */
  push(chunk: Buffer): void {
    const buffer = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk]);
    let at = 0;
    while (buffer.length - at >= LENGTH_BYTES) {
      const length = buffer.readUInt16BE(at);
      const start = at + LENGTH_BYTES;
      if (buffer.length - start < length) break;
      this.#take(buffer, start, length);
      at = start + length;
    }
    this.#partial = at === buffer.length ? undefined : buffer.subarray(at);
  }
}
