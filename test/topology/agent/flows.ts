import { setTimeout as sleep } from "node:timers/promises";
import type { FlowReport, FlowRequest, Outcome } from "../contract.ts";
import { attemptOnce, open } from "./attempts.ts";
import type { Connection } from "./connection.ts";

/** Questions without end, until someone wants to know how it went. */
export class Flows {
  readonly #flows = new Map<number, Flow>();
  #serial = 0;

  async start(request: FlowRequest): Promise<{ readonly id: number }> {
    const id = ++this.#serial;
    this.#flows.set(id, new Flow(request));
    return { id };
  }

  report(id: number): FlowReport {
    return this.#known(id).report();
  }

  async end(id: number): Promise<FlowReport> {
    const flow = this.#known(id);
    this.#flows.delete(id);
    await flow.end();
    return flow.report();
  }

  #known(id: number): Flow {
    const flow = this.#flows.get(id);
    if (flow === undefined) throw new Error(`no flow ${id} runs`);
    return flow;
  }
}

class Flow {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #failures: Record<string, number> = {};
  readonly #servers: { server: string; answers: number }[] = [];
  #asked = 0;
  #answered = 0;
  #lastAnswerMs = performance.now();
  #longestGapMs = 0;

  constructor(request: FlowRequest) {
    this.#running = this.#run(request);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  report(): FlowReport {
    return {
      asked: this.#asked,
      answered: this.#answered,
      failures: { ...this.#failures },
      servers: this.#servers.map((server) => ({ ...server })),
      longestGapMs: Math.max(this.#longestGapMs, performance.now() - this.#lastAnswerMs),
    };
  }

  async #run(request: FlowRequest): Promise<void> {
    const { signal } = this.#stop;
    const ask = request.reuse ? reusing(request) : () => attemptOnce(request);
    while (!signal.aborted) {
      this.#note(await ask());
      await sleep(request.everyMs, undefined, { signal }).catch(() => {});
    }
  }

  #note(outcome: Outcome): void {
    this.#asked++;
    if (outcome.kind === "failure") {
      this.#failures[outcome.reason] = (this.#failures[outcome.reason] ?? 0) + 1;
      return;
    }
    this.#answered++;
    const nowMs = performance.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastAnswerMs);
    this.#lastAnswerMs = nowMs;
    const last = this.#servers.at(-1);
    if (last?.server === outcome.server) last.answers++;
    else this.#servers.push({ server: outcome.server, answers: 1 });
  }
}

/** The same connection as long as it lasts; a UDP socket opens again from its port. */
function reusing(request: FlowRequest): () => Promise<Outcome> {
  let connection: Connection | undefined;
  return async () => {
    if (connection !== undefined) {
      const outcome = await connection.exchange(request.timeoutMs);
      if (outcome.kind === "failure" && request.transport !== "udp") {
        connection.close();
        connection = undefined;
      }
      return outcome;
    }
    const opened = await open(request);
    if ("kind" in opened) return opened;
    connection = opened.connection;
    return opened.outcome;
  };
}
