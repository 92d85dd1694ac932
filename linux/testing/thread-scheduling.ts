import { readFileSync } from "node:fs";

/** Fields 19, 40 and 41 of /proc/PID/task/TID/stat, see proc_pid_stat(5). */
export interface SchedulingOfThread {
  readonly nice: number;
  readonly realtimePriority: number;
  readonly policy: number;
}

/** What the kernel says of one thread. */
export function schedulingOf(processId: number | "self", threadId: number): SchedulingOfThread {
  const stat = readFileSync(`/proc/${processId}/task/${threadId}/stat`, "latin1");
  // The second field is the thread's name in parentheses, which may hold spaces.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? Number.NaN;
  return { nice: field(19), realtimePriority: field(40), policy: field(41) };
}
