/** UDP on one address: sockets that share the port, a worker thread each, and the slow path behind their rings. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BatchedSocket } from "#linux/contract.ts";
import type { ThreadPriority } from "#linux/thread.ts";
import { openBatchedSocket } from "#linux/udp/batched.ts";
import { formatOrigin } from "#linux/udp/origin.ts";
import type { ClientAddress } from "../contract.ts";
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import type { Listener } from "./contract.ts";
import type { FastPlan } from "./plan.ts";
import { createRingBuffer, RingConsumer } from "./query-ring.ts";
import type { UdpWorkerData } from "./udp-worker.ts";

/** Receive and send buffers of a socket: a second of bursts at 10 k queries/s of some 200 bytes. */
const SOCKET_BUFFER_BYTES = 4 << 20;
/** Queries taken from a ring before the event loop gets its turn. */
const DRAIN_LIMIT = 256;

export interface UdpListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly plan: FastPlan;
  /** Places among the readers of the answer tables: one socket and worker each. */
  readonly readers: readonly number[];
  /** Counts of one worker. */
  readonly createCounts: () => QueryCounts;
  readonly priority?: ThreadPriority;
  /** The slow path; undefined when no reply is due. */
  readonly answer: (query: Uint8Array, client: ClientAddress) => Promise<Uint8Array | undefined>;
  /** A worker ended on an error: the process cannot serve any more. */
  readonly onFailure: (error: Error) => void;
}

export async function listenUdp(options: UdpListenerOptions): Promise<Listener> {
  const sockets: BatchedSocket[] = [];
  try {
    for (const _ of options.readers) {
      // Port 0 is chosen by the kernel for the first socket; the others join it.
      const port = sockets[0]?.local.port ?? options.port;
      const reusePort = options.readers.length > 1;
      sockets.push(
        openBatchedSocket({
          address: options.host,
          port,
          reusePort,
          bufferBytes: SOCKET_BUFFER_BYTES,
        }),
      );
    }
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
  const workers = sockets.map(
    (socket, i) => new UdpWorker(socket, options.readers[i] as number, options),
  );
  await Promise.all(workers.map((worker) => worker.online()));
  const local = (sockets[0] as BatchedSocket).local;
  return {
    address: local.address,
    port: local.port,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

class UdpWorker {
  readonly #socket: BatchedSocket;
  readonly #worker: Worker;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #ring: RingConsumer;
  readonly #answer: UdpListenerOptions["answer"];
  #waiting = 0;

  constructor(socket: BatchedSocket, reader: number, options: UdpListenerOptions) {
    const ring = createRingBuffer();
    this.#socket = socket;
    this.#answer = options.answer;
    this.#ring = new RingConsumer(ring);
    const data: UdpWorkerData = {
      socket: socket.handle,
      plan: options.plan,
      reader,
      ring,
      counts: options.createCounts(),
      stop: this.#stop,
      ...(options.priority === undefined ? {} : { priority: options.priority }),
    };
    this.#worker = new Worker(new URL("./udp-worker.ts", import.meta.url), { workerData: data });
    this.#worker.on("error", options.onFailure);
    void this.#consume();
  }

  async online(): Promise<void> {
    await once(this.#worker, "online");
  }

  /** Lets the answers in hand go out first: late replies leave on the same socket. */
  async close(): Promise<void> {
    const ended = once(this.#worker, "exit");
    Atomics.store(this.#stop, 0, 1);
    this.#socket.interrupt();
    await ended;
    this.#ring.wake();
    this.#ring.drain(Number.POSITIVE_INFINITY, (origin, query) => void this.#serve(origin, query));
    while (this.#waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    this.#socket.close();
  }

  get #stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  async #consume(): Promise<void> {
    while (!this.#stopped) {
      const drained = this.#ring.drain(
        DRAIN_LIMIT,
        (origin, query) => void this.#serve(origin, query),
      );
      if (drained === DRAIN_LIMIT) await new Promise(setImmediate);
      else await this.#ring.wait();
    }
  }

  async #serve(origin: Uint8Array, query: Uint8Array): Promise<void> {
    this.#waiting++;
    try {
      const reply = await this.#answer(query, formatOrigin(origin));
      if (reply !== undefined) this.#socket.send(origin, reply);
    } finally {
      this.#waiting--;
    }
  }
}
