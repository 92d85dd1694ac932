/** The main thread's side of a UDP worker: its thread, its changes of plan, and the slow path behind its ring. */
import { once } from "node:events";
import { setImmediate, setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { BatchedSocket } from "#linux/contract.ts";
import { formatOrigin } from "#linux/udp/origin.ts";
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import type { Serving, UdpListenerOptions } from "./contract.ts";
import { emptyPlan } from "./plan.ts";
import { createRingBuffer, RingConsumer } from "./query-ring.ts";
import type { UdpWorkerData } from "./udp-worker.ts";
import {
  CONTROL_ADOPTED,
  CONTROL_GENERATION,
  CONTROL_STOP,
  createWorkerControl,
  type WorkerServing,
} from "./worker-control.ts";

/** Queries taken from a ring before the event loop gets its turn. */
const DRAIN_LIMIT = 256;
/** How long a worker may go on reading what its socket holds at the close; it is done at once where that is nothing. */
const LAST_READS_MS = 200;
/** A worker looks for a new plan after each read, which ends after 500 ms at the latest. */
const ADOPTION_POLL_MS = 1000;

export class UdpWorker {
  readonly #socket: BatchedSocket;
  readonly #readers: UdpListenerOptions["readers"];
  readonly #reader: number | undefined;
  readonly #worker: Worker;
  readonly #control = createWorkerControl();
  readonly #ring: RingConsumer;
  readonly #ended: Promise<unknown>;
  #hasEnded = false;
  #serving: Serving;
  #counts: QueryCounts;
  #waiting = 0;

  constructor(socket: BatchedSocket, options: UdpListenerOptions) {
    const { readers, serving, priority, onFailure } = options;
    const ring = createRingBuffer();
    this.#socket = socket;
    this.#readers = readers;
    this.#reader = readers.take();
    this.#serving = serving;
    this.#counts = serving.createCounts();
    this.#ring = new RingConsumer(ring);
    const data: UdpWorkerData = {
      socket: socket.handle,
      serving: this.#forWorker(),
      reader: this.#reader ?? readers.main,
      ring,
      control: this.#control,
      ...(priority === undefined ? {} : { priority }),
    };
    this.#worker = new Worker(new URL("./udp-worker.ts", import.meta.url), { workerData: data });
    this.#worker.on("error", onFailure);
    this.#ended = new Promise((resolve) => this.#worker.once("exit", resolve));
    void this.#ended.then(() => {
      this.#hasEnded = true;
    });
    void this.#consume();
  }

  async online(): Promise<void> {
    await once(this.#worker, "online");
  }

  /** Queries read from now on are served with this. Resolves when the worker has left what was before. */
  async adopt(serving: Serving): Promise<void> {
    const former = { serving: this.#serving, counts: this.#counts };
    this.#serving = serving;
    this.#counts = serving.createCounts();
    this.#worker.postMessage(this.#forWorker());
    const generation = Atomics.add(this.#control, CONTROL_GENERATION, 1) + 1;
    await this.#adopted(generation);
    former.serving.retireCounts(former.counts);
  }

  /** Answers what the socket holds, lets the answers in hand go out, and closes. */
  async close(): Promise<void> {
    this.#socket.interrupt();
    await Promise.race([this.#ended, setTimeout(LAST_READS_MS, undefined, { ref: false })]);
    Atomics.store(this.#control, CONTROL_STOP, 1);
    await this.#ended;
    this.#ring.wake();
    this.#ring.drain(Number.POSITIVE_INFINITY, (origin, query) => void this.#serve(origin, query));
    while (this.#waiting > 0) await setTimeout(1);
    this.#socket.close();
    this.#serving.retireCounts(this.#counts);
    this.#readers.giveBack(this.#reader);
  }

  #forWorker(): WorkerServing {
    // Without a place among the readers of the tables the worker hands every query over.
    return {
      plan: this.#reader === undefined ? emptyPlan : this.#serving.plan,
      counts: this.#counts,
    };
  }

  async #adopted(generation: number): Promise<void> {
    while (!this.#hasEnded) {
      const adopted = Atomics.load(this.#control, CONTROL_ADOPTED);
      if (adopted >= generation) return;
      const change = Atomics.waitAsync(this.#control, CONTROL_ADOPTED, adopted, ADOPTION_POLL_MS);
      if (change.async) await change.value;
    }
  }

  async #consume(): Promise<void> {
    while (Atomics.load(this.#control, CONTROL_STOP) === 0) {
      const drained = this.#ring.drain(
        DRAIN_LIMIT,
        (origin, query) => void this.#serve(origin, query),
      );
      if (drained === DRAIN_LIMIT) await setImmediate();
      else await this.#ring.wait();
    }
  }

  async #serve(origin: Uint8Array, query: Uint8Array): Promise<void> {
    this.#waiting++;
    try {
      const reply = await this.#serving.answer(query, formatOrigin(origin), "udp");
      if (reply !== undefined) this.#socket.send(origin, reply);
    } finally {
      this.#waiting--;
    }
  }
}
