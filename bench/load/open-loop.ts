import { pin, unpin } from "#linux/memory.ts";
import { openDatagramClients } from "#linux/udp/client.ts";
import type { LoadQuery } from "../contract.ts";
import { encodeQuery } from "../data/wire.ts";
import { roundOrder } from "../stats.ts";
import { AnswerCheck } from "./answer-check.ts";
import { type LatencyFigures, LatencyLedger } from "./latency-ledger.ts";

export interface OpenLoopLoad {
  /** Of the servers, asked by turns of `sliceSeconds`. */
  readonly ports: readonly number[];
  readonly queries: readonly LoadQuery[];
  readonly queriesPerSecond: number;
  /** For each server. */
  readonly seconds: number;
  /** Source ports a server, used in turn. */
  readonly sockets: number;
}

/** What a run found, in the order of its ports, and when it began: milliseconds since the epoch. */
export interface OpenLoopResult {
  readonly servers: readonly LatencyFigures[];
  readonly startedAtMs: number;
}

/** A query that is not answered within this time after the last was sent is lost. */
const drainMs = 1_000;
/** How long the next server waits for this one's last answers: an overloaded one gives the rest in its next slice. */
const pauseMs = 20;
/** Sent in one go when behind schedule, before answers are looked for again: late answers must not look later still. */
const burst = 8;
const warmUpSeconds = 0.3;
/** Short against the disturbances of a shared machine, which come for seconds: every server gets its share of them. */
const sliceSeconds = 0.1;

/** The load on one server. */
class OpenLoop {
  readonly #load: OpenLoopLoad;
  readonly #messages: readonly Buffer[];
  readonly #offsets: readonly number[];
  readonly #memory;
  readonly #clients;
  readonly #ledger: LatencyLedger;
  readonly #check: AnswerCheck;
  readonly #messageOf: Uint16Array;
  #sequence = 0;

  constructor(port: number, load: OpenLoopLoad) {
    this.#load = load;
    this.#messages = load.queries.map(encodeQuery);
    const stream = Buffer.concat(this.#messages);
    this.#memory = pin(stream.length);
    stream.copy(this.#memory.bytes);
    let end = 0;
    this.#offsets = this.#messages.map((message) => {
      end += message.length;
      return end - message.length;
    });
    this.#clients = openDatagramClients({ address: "127.0.0.1", port }, load.sockets);
    const total = Math.ceil(load.queriesPerSecond * Math.max(load.seconds, warmUpSeconds));
    this.#ledger = new LatencyLedger(load.sockets, total);
    this.#check = new AnswerCheck(load.queries);
    this.#messageOf = new Uint16Array(load.sockets * 65_536);
  }

  /** Sends the next `queries` on schedule. */
  runSlice(queries: number): void {
    const intervalMs = 1000 / this.#load.queriesPerSecond;
    const startMs = performance.now() + 1;
    let sent = 0;
    while (sent < queries) {
      this.#clients.receive(this.#onAnswer);
      for (let inBurst = 0; inBurst < burst && sent < queries; inBurst += 1) {
        const dueMs = startMs + sent * intervalMs;
        if (performance.now() < dueMs) break;
        this.#sendNext(dueMs);
        sent += 1;
      }
    }
  }

  /** Waits until all is answered, or for that long. */
  drain(timeoutMs: number): void {
    const endMs = performance.now() + timeoutMs;
    while (this.#ledger.outstanding > 0 && performance.now() < endMs) {
      this.#clients.receive(this.#onAnswer);
    }
  }

  /** What was sent until now does not count. */
  begin(): void {
    this.#ledger.clear();
  }

  figures(): LatencyFigures {
    return this.#ledger.figures(drainMs);
  }

  close(): void {
    this.#clients.close();
    unpin(this.#memory);
  }

  readonly #onAnswer = (socket: number, bytes: Buffer, lengthBytes: number): void => {
    const nowMs = performance.now();
    const id = bytes.readUInt16BE(0);
    const message = this.#messageOf[socket * 65_536 + id] ?? 0;
    const isRight = this.#check.isRight(message, bytes, lengthBytes);
    this.#ledger.answered(socket, id, nowMs, isRight);
  };

  #sendNext(dueMs: number): void {
    const message = this.#sequence % this.#messages.length;
    const offset = this.#offsets[message] ?? 0;
    const socket = this.#sequence % this.#load.sockets;
    const id = Math.floor(this.#sequence / this.#load.sockets) & 0xffff;
    this.#sequence += 1;
    this.#memory.bytes.writeUInt16BE(id, offset);
    this.#messageOf[socket * 65_536 + id] = message;
    this.#ledger.sent(socket, id, dueMs, performance.now());
    // A full socket buffer loses the query, which the ledger then counts as such.
    this.#clients.send(socket, this.#memory, offset, this.#messages[message]?.length ?? 0);
  }
}

/**
 * Sends queries on a fixed schedule whatever comes back, to one server after the other in short slices, and blocks the
 * thread until done: the loop spins on its CPU, as any sleep would be longer than what it measures.
 */
export function runOpenLoop(load: OpenLoopLoad): OpenLoopResult {
  const loops = load.ports.map((port) => new OpenLoop(port, load));
  const total = Math.floor(load.queriesPerSecond * load.seconds);
  const slice = loops.length === 1 ? total : Math.ceil(load.queriesPerSecond * sliceSeconds);
  try {
    // The first slices compile what sends and receives, and make the kernel find the memory: they are not measured.
    for (const loop of loops) {
      loop.runSlice(Math.min(total, Math.ceil(load.queriesPerSecond * warmUpSeconds)));
      loop.drain(drainMs);
      loop.begin();
    }
    const startedAtMs = Date.now();
    for (let sent = 0, turn = 0; sent < total; sent += slice, turn += 1) {
      const queries = Math.min(slice, total - sent);
      for (const loop of roundOrder(loops, turn)) {
        loop.runSlice(queries);
        loop.drain(pauseMs);
      }
    }
    for (const loop of loops) loop.drain(drainMs);
    return { servers: loops.map((loop) => loop.figures()), startedAtMs };
  } finally {
    for (const loop of loops) loop.close();
  }
}
