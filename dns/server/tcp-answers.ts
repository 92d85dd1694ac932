/** Answers of one TCP connection: what the fast path gives leaves in one write a read, the rest when it is ready. */
import type { Socket } from "node:net";
import type { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf, type QueryMemory } from "./in-place.ts";
import type { QueryCounter } from "./query-counter.ts";

const LENGTH_BYTES = 2;
const MAX_MESSAGE_BYTES = 65_535;
/** Answers of one read are gathered up to this size. */
const GATHER_BYTES = 16_384;
/** Queries of one connection that wait for the slow path; beyond it no more are taken. */
const MAX_WAITING = 128;

/** The fast path with the memory that queries are copied into: one for all connections of a thread. */
export interface TcpFastPath {
  readonly path: FastPath;
  readonly memory: QueryMemory;
  readonly counter: QueryCounter;
}

/** Memory for one query and its reply: the longest message, word aligned. */
export const createTcpMemory = (): QueryMemory => memoryOf(new Uint8Array(MAX_MESSAGE_BYTES + 17));

export interface TcpAnswersParts {
  readonly socket: Socket;
  readonly fast: TcpFastPath;
  /** The slow path; undefined when no reply is due. */
  readonly answer: (query: Uint8Array) => Promise<Uint8Array | undefined>;
  /** Told when an answer of the slow path has left, and when the client has taken what it was behind with. */
  readonly onProgress: () => void;
}

export class TcpAnswers {
  readonly #parts: TcpAnswersParts;
  #gathered: Buffer | undefined;
  #gatheredBytes = 0;
  #waiting = 0;
  /** The client is behind with reading its answers. */
  #isBehind = false;

  constructor(parts: TcpAnswersParts) {
    this.#parts = parts;
    parts.socket.on("drain", () => {
      this.#isBehind = false;
      parts.onProgress();
    });
  }

  /** The connection has as much in hand as it may. */
  get isFull(): boolean {
    return this.#isBehind || this.#waiting >= MAX_WAITING;
  }

  /** Queries that the slow path has not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes one query; its reply is written by flush() or later. False when no more should come for now. */
  take(buffer: Buffer, offset: number, length: number): boolean {
    const { path, memory } = this.#parts.fast;
    memory.bytes.set(buffer.subarray(offset, offset + length));
    path.enter();
    const reply = path.answer(0, length, memory.bytes.length, true);
    path.leave();
    if (reply === DEFER) void this.#defer(Buffer.from(buffer.subarray(offset, offset + length)));
    else this.#gather(memory.bytes.subarray(0, reply));
    return !this.isFull;
  }

  /** Writes what was gathered. */
  flush(): void {
    const { socket } = this.#parts;
    if (this.#gathered !== undefined && this.#gatheredBytes > 0 && socket.writable) {
      const isTaken = socket.write(this.#gathered.subarray(0, this.#gatheredBytes));
      this.#isBehind ||= !isTaken;
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
    const { answer, onProgress } = this.#parts;
    this.#waiting++;
    const reply = await answer(query);
    this.#waiting--;
    if (reply !== undefined) {
      this.#gather(reply);
      this.flush();
    }
    onProgress();
  }
}
