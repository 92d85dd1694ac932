/** Answers of one TCP connection: what the fast path gives leaves in one write a read, the rest when it is ready. */
import type { Socket } from "node:net";
import type { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf, type QueryMemory } from "./in-place.ts";
import type { QueryCounter } from "./query-counter.ts";

const LENGTH_BYTES = 2;
const MAX_MESSAGE_BYTES = 65_535;
/** Answers of one read are gathered up to this size. */
const GATHER_BYTES = 16_384;
/** Queries of one connection that wait for the slow path; beyond it the connection is not read from. */
const MAX_WAITING = 128;

/** The fast path with the memory that queries are copied into: one for all connections of a thread. */
export interface TcpFastPath {
  readonly path: FastPath;
  readonly memory: QueryMemory;
  readonly counter: QueryCounter;
}

/** Memory for one query and its reply: the longest message, word aligned. */
export const createTcpMemory = (): QueryMemory => memoryOf(new Uint8Array(MAX_MESSAGE_BYTES + 17));

export class TcpAnswers {
  readonly #socket: Socket;
  readonly #fast: TcpFastPath;
  readonly #answer: (query: Uint8Array) => Promise<Uint8Array | undefined>;
  #gathered: Buffer | undefined;
  #gatheredBytes = 0;
  #waiting = 0;

  constructor(
    socket: Socket,
    fast: TcpFastPath,
    answer: (query: Uint8Array) => Promise<Uint8Array | undefined>,
  ) {
    this.#socket = socket;
    this.#fast = fast;
    this.#answer = answer;
  }

  /** Takes one query; its reply is written by flush() or later. */
  take(buffer: Buffer, offset: number, length: number): void {
    const { path, memory } = this.#fast;
    memory.bytes.set(buffer.subarray(offset, offset + length));
    path.enter();
    const reply = path.answer(0, length, memory.bytes.length, true);
    path.leave();
    if (reply === DEFER) void this.#defer(Buffer.from(buffer.subarray(offset, offset + length)));
    else this.#gather(memory.bytes.subarray(0, reply));
  }

  /** Writes what was gathered, and stops reading from a client that does not take its answers. */
  flush(): void {
    if (this.#gathered !== undefined && this.#gatheredBytes > 0) {
      const taken = this.#socket.write(this.#gathered.subarray(0, this.#gatheredBytes));
      if (!taken) this.#pauseUntilDrained();
    }
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
  }

  #gather(reply: Uint8Array): void {
    const size = LENGTH_BYTES + reply.length;
    if (this.#gathered !== undefined && this.#gatheredBytes + size > this.#gathered.length)
      this.flush();
    this.#gathered ??= Buffer.allocUnsafe(Math.max(GATHER_BYTES, size));
    this.#gathered.writeUInt16BE(reply.length, this.#gatheredBytes);
    this.#gathered.set(reply, this.#gatheredBytes + LENGTH_BYTES);
    this.#gatheredBytes += size;
  }

  async #defer(query: Uint8Array): Promise<void> {
    if (++this.#waiting >= MAX_WAITING) this.#socket.pause();
    const reply = await this.#answer(query);
    if (this.#waiting-- === MAX_WAITING) this.#socket.resume();
    if (reply === undefined || this.#socket.destroyed) return;
    this.#gather(reply);
    this.flush();
  }

  #pauseUntilDrained(): void {
    this.#socket.pause();
    this.#socket.once("drain", () => this.#socket.resume());
  }
}
