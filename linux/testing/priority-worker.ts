import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import {
  gettid,
  type PriorityOutcome,
  raiseThreadPriority,
  type ThreadPriority,
} from "../thread.ts";

export interface PriorityReport {
  readonly threadId: number;
  readonly outcome: PriorityOutcome;
  /** Fields 19, 40 and 41 of /proc/PID/task/TID/stat, see proc_pid_stat(5). */
  readonly nice: number;
  readonly realtimePriority: number;
  readonly policy: number;
}

const outcome = raiseThreadPriority(workerData as ThreadPriority);
const threadId = gettid();
const stat = readFileSync(`/proc/self/task/${threadId}/stat`, "latin1");
// The second field is the thread's name in parentheses, which may hold spaces.
const fields = stat
  .slice(stat.lastIndexOf(")") + 2)
  .split(" ")
  .map(Number);
const field = (number: number): number => fields[number - 3] ?? Number.NaN;
const report: PriorityReport = {
  threadId,
  outcome,
  nice: field(19),
  realtimePriority: field(40),
  policy: field(41),
};
parentPort?.postMessage(report);
