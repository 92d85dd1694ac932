import { Worker } from "node:worker_threads";
import { NftThreadError } from "../errors.ts";
import type { ThreadAnswer, ThreadData, ThreadMessage, ThreadRequest } from "./protocol.ts";

/** What a request came to: the thread's answer, or how the thread ended before it gave one. */
export type Outcome = ThreadAnswer | Ended;

interface Ended {
  readonly kind: "ended";
  readonly reason: string;
}

/** Whoever brings requests to the kernel. */
export interface Asked {
  /**
   * One request at a time.
   * @throws NftThreadError when the kernel cannot be reached; nothing was asked then
   */
  ask(request: ThreadRequest): Promise<Outcome>;
  close(): Promise<void>;
}

/** Starts the thread; replaced in tests by one that dies. */
export type StartThread = (data: ThreadData) => Worker;

export const startThread: StartThread = (data) =>
  new Worker(new URL("./thread.ts", import.meta.url), { workerData: data });

/**
 * The owner of the writer's thread. It has one request in hand at a time: when the thread ends, that one alone is in
 * doubt, and the next request gets a thread of its own.
 */
export class Writer implements Asked {
  readonly #data: ThreadData;
  readonly #start: StartThread;
  #thread: Worker | undefined;
  #settle: ((event: ThreadMessage | Ended) => void) | undefined;

  constructor(data: ThreadData, start: StartThread) {
    this.#data = data;
    this.#start = start;
  }

  /** The answer to the request before must be there. */
  async ask(request: ThreadRequest): Promise<Outcome> {
    const thread = this.#thread ?? (await this.#started());
    const settled = this.#settled();
    thread.postMessage(request, request.kind === "batch" ? [request.bytes.buffer] : []);
    const event = await settled;
    // A thread says so once, before it is asked anything.
    if (event.kind === "ready") throw new NftThreadError("it said twice that it is ready");
    return event;
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #started(): Promise<Worker> {
    const settled = this.#settled();
    const thread = this.#start(this.#data);
    let failure: string | undefined;
    thread.on("message", (message: ThreadMessage) => this.#settle?.(message));
    thread.on("error", (error) => {
      failure = error instanceof Error ? error.message : String(error);
    });
    thread.on("exit", (code) => {
      if (this.#thread === thread) this.#thread = undefined;
      const reason = failure ?? `the writer's thread ended with ${code}`;
      this.#settle?.({ kind: "ended", reason });
    });
    const event = await settled;
    if (event.kind === "ended") throw new NftThreadError(event.reason);
    this.#thread = thread;
    return thread;
  }

  #settled(): Promise<ThreadMessage | Ended> {
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }
}
