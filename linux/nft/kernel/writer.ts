import { Worker } from "node:worker_threads";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./protocol.ts";

/** What a request came to: the thread's answer, or how the thread ended before it gave one. */
export type Outcome =
  | { readonly kind: "answered"; readonly answer: ThreadAnswer }
  | { readonly kind: "ended"; readonly reason: string };

/** Starts the thread; replaced in tests by one that dies. */
export type StartThread = (data: ThreadData) => Worker;

export const startThread: StartThread = (data) =>
  new Worker(new URL("./thread.ts", import.meta.url), { workerData: data });

/**
 * The owner of the writer's thread. It has one request in hand at a time: when the thread ends, that one alone is in
 * doubt, and the next request gets a thread of its own.
 */
export class Writer {
  readonly #data: ThreadData;
  readonly #start: StartThread;
  #thread: Worker | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(data: ThreadData, start: StartThread) {
    this.#data = data;
    this.#start = start;
  }

  /** Asks the thread, after the answer to the request before. */
  ask(request: ThreadRequest): Promise<Outcome> {
    const thread = this.#thread ?? this.#started();
    return new Promise((resolve) => {
      this.#settle = resolve;
      thread.postMessage(request, request.kind === "batch" ? [request.bytes.buffer] : []);
    });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #started(): Worker {
    const thread = this.#start(this.#data);
    let failure: string | undefined;
    thread.on("message", (answer: ThreadAnswer) => this.#answer({ kind: "answered", answer }));
    thread.on("error", (error) => {
      failure = error instanceof Error ? error.message : String(error);
    });
    thread.on("exit", (code) => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#answer({ kind: "ended", reason: failure ?? `the writer's thread ended with ${code}` });
    });
    this.#thread = thread;
    return thread;
  }

  #answer(outcome: Outcome): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}
