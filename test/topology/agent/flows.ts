import { setTimeout as sleep } from "node:timers/promises";
import type { FlowReport, FlowRequest, Outcome } from "../contract.ts";
import { attemptOnce, open } from "./attempts.ts";
import type { Connection } from "./connection.ts";

interface Flow {
  readonly stop: () => void;
  readonly report: Promise<FlowReport>;
}

/** Questions without end, until someone wants to know how it went. */
export class Flows {
  readonly #flows = new Map<number, Flow>();
  #serial = 0;

  async start(request: FlowRequest): Promise<{ readonly id: number }> {
    const stop = new AbortController();
    const id = ++this.#serial;
    this.#flows.set(id, { stop: () => stop.abort(), report: run(request, stop.signal) });
    return { id };
  }

  async end(id: number): Promise<FlowReport> {
    const flow = this.#flows.get(id);
    if (flow === undefined) throw new Error(`no flow ${id} runs`);
    this.#flows.delete(id);
    flow.stop();
    return flow.report;
  }
}

async function run(request: FlowRequest, stop: AbortSignal): Promise<FlowReport> {
  const failures: Record<string, number> = {};
  const servers: { server: string; answers: number }[] = [];
  let asked = 0;
  let answered = 0;
  let lastAnswerMs = performance.now();
  let longestGapMs = 0;
  const ask = request.reuse ? reusing(request) : () => attemptOnce(request);

  while (!stop.aborted) {
    asked++;
    const outcome = await ask();
    const nowMs = performance.now();
    if (outcome.kind === "failure") {
      failures[outcome.reason] = (failures[outcome.reason] ?? 0) + 1;
    } else {
      answered++;
      longestGapMs = Math.max(longestGapMs, nowMs - lastAnswerMs);
      lastAnswerMs = nowMs;
      const last = servers.at(-1);
      if (last?.server === outcome.server) last.answers++;
      else servers.push({ server: outcome.server, answers: 1 });
    }
    await sleep(request.everyMs, undefined, { signal: stop }).catch(() => {});
  }
  longestGapMs = Math.max(longestGapMs, performance.now() - lastAnswerMs);
  return { asked, answered, failures, servers, longestGapMs };
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
