import { ApiProtocolError } from "../api/errors.ts";

const LINE_FEED = 0x0a;
/** Longest line of a watch; etcd takes objects of some 1.5 MB. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Cuts a byte stream into its newline-terminated lines. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #partsBytes = 0;

  /** Bytes of a line that is not complete yet. */
  get pendingBytes(): number {
    return this.#partsBytes;
  }

  /** All lines that are complete with this chunk, without their ends; empty ones are left out. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      const line = this.#line(chunk, start, end);
      if (line !== "") lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #line(chunk: Buffer, start: number, end: number): string {
    if (this.#parts.length === 0) return chunk.toString("utf8", start, end);
    const line = Buffer.concat([...this.#parts, chunk.subarray(start, end)]).toString("utf8");
    this.#parts = [];
    this.#partsBytes = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#partsBytes += part.length;
    if (this.#partsBytes > MAX_LINE_BYTES) {
      throw new ApiProtocolError(`one line of the watch is longer than ${MAX_LINE_BYTES} bytes`);
    }
    this.#parts.push(part);
  }
}
