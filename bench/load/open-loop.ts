import { pin, unpin } from "#linux/memory.ts";
import { openDatagramClients } from "#linux/udp/client.ts";
import type { LoadQuery } from "../contract.ts";
import { encodeQuery } from "../data/wire.ts";
import { AnswerCheck } from "./answer-check.ts";
import { type LatencyFigures, LatencyLedger } from "./latency-ledger.ts";

export interface OpenLoopLoad {
  readonly port: number;
  readonly queries: readonly LoadQuery[];
  readonly queriesPerSecond: number;
  readonly seconds: number;
  /** Source ports, used in turn. */
  readonly sockets: number;
}

/** A query that is not answered within this time after the last was sent is lost. */
const drainMs = 1_000;
/** Sent in one go when behind schedule, before answers are looked for again: late answers must not look later still. */
const burst = 8;

/**
 * Sends queries on a fixed schedule whatever comes back, and blocks the thread until done: the loop spins on its CPU,
 * as any sleep would be longer than what it measures.
 */
export function runOpenLoop(load: OpenLoopLoad): LatencyFigures {
  const messages = load.queries.map(encodeQuery);
  const stream = Buffer.concat(messages);
  const memory = pin(stream.length);
  stream.copy(memory.bytes);
  let end = 0;
  const offsets = messages.map((message) => {
    end += message.length;
    return end - message.length;
  });
  const clients = openDatagramClients({ address: "127.0.0.1", port: load.port }, load.sockets);
  const total = Math.floor(load.queriesPerSecond * load.seconds);
  const ledger = new LatencyLedger(load.sockets, total);
  const intervalMs = 1000 / load.queriesPerSecond;
  const check = new AnswerCheck(load.queries);
  const messageOf = new Uint16Array(load.sockets * 65_536);

  const onAnswer = (socket: number, bytes: Buffer, lengthBytes: number): void => {
    const nowMs = performance.now();
    const id = bytes.readUInt16BE(0);
    const isRight = check.isRight(messageOf[socket * 65_536 + id] ?? 0, bytes, lengthBytes);
    ledger.answered(socket, id, nowMs, isRight);
  };
  const sendNext = (sequence: number, dueMs: number): void => {
    const message = sequence % messages.length;
    const offset = offsets[message] ?? 0;
    const socket = sequence % load.sockets;
    const id = Math.floor(sequence / load.sockets) & 0xffff;
    memory.bytes.writeUInt16BE(id, offset);
    messageOf[socket * 65_536 + id] = message;
    ledger.sent(socket, id, dueMs, performance.now());
    // A full socket buffer loses the query, which the ledger then counts as such.
    clients.send(socket, memory, offset, messages[message]?.length ?? 0);
  };

  try {
    const startMs = performance.now() + 1;
    let sequence = 0;
    while (sequence < total) {
      clients.receive(onAnswer);
      for (let sent = 0; sent < burst && sequence < total; sent += 1) {
        const dueMs = startMs + sequence * intervalMs;
        if (performance.now() < dueMs) break;
        sendNext(sequence, dueMs);
        sequence += 1;
      }
    }
    const endMs = performance.now() + drainMs;
    while (ledger.outstanding > 0 && performance.now() < endMs) clients.receive(onAnswer);
  } finally {
    clients.close();
    unpin(memory);
  }
  return ledger.figures(drainMs);
}
