import { once } from "node:events";
import { parentPort, Worker, workerData } from "node:worker_threads";
import {
  gettid,
  type PriorityOutcome,
  raiseThreadPriority,
  type ThreadPriority,
} from "../thread.ts";
import { type SchedulingOfThread, schedulingOf } from "./thread-scheduling.ts";

export interface PriorityReport extends SchedulingOfThread {
  readonly threadId: number;
  readonly outcome: PriorityOutcome;
  /** Of a thread that this one started once it was raised. */
  readonly started: SchedulingOfThread;
}

const outcome = raiseThreadPriority(workerData as ThreadPriority);
const threadId = gettid();
const worker = new Worker(new URL("./scheduling-worker.ts", import.meta.url));
const [[started]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
const report: PriorityReport = { threadId, outcome, ...schedulingOf("self", threadId), started };
parentPort?.postMessage(report);
