import { constants } from "node:os";
import { SystemCallError } from "./errors.ts";
import { errno, libc } from "./ffi.ts";

/** How a thread is put before others: real-time first in, first out from 1 to 99, or niceness from -20 to 19. */
export type ThreadPriority =
  | { readonly kind: "fifo"; readonly priority: number }
  | { readonly kind: "nice"; readonly nice: number };

export type PriorityOutcome =
  | { readonly kind: "applied" }
  | { readonly kind: "refused"; readonly call: string; readonly errnoName: string };

const SYS_GETTID = { x64: 186, arm64: 178 };
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;
/** Threads and processes that the thread starts in its turn get the usual priority again. */
const SCHED_RESET_ON_FORK = 0x40000000;
const PRIO_PROCESS = 0;

/** The kernel's ID of the calling thread: the folder under /proc/self/task. */
export function gettid(): number {
  return libc().syscall(process.arch === "arm64" ? SYS_GETTID.arm64 : SYS_GETTID.x64);
}

/**
 * Raises the calling thread alone. Where the process may not (no CAP_SYS_NICE, or no real-time budget in its
 * cgroup) that is an outcome for the caller to report, not an error: everything works, with longer tails.
 * @throws SystemCallError for a priority outside its range
 */
export function raiseThreadPriority(priority: ThreadPriority): PriorityOutcome {
  for (const [call, run] of stepsTo(priority)) {
    if (run() === 0) continue;
    const error = errno();
    const { EPERM, EACCES } = constants.errno;
    const failure = new SystemCallError({
      call,
      errno: error,
      detail: `give a thread the priority ${JSON.stringify(priority)}`,
    });
    if (error !== EPERM && error !== EACCES) throw failure;
    return { kind: "refused", call, errnoName: failure.errnoName };
  }
  return { kind: "applied" };
}

type Step = readonly [call: string, run: () => number];

function stepsTo(priority: ThreadPriority): readonly Step[] {
  const { kind } = priority;
  if (kind === "fifo") return [setPolicy(SCHED_FIFO, priority.priority)];
  return [
    setPolicy(SCHED_OTHER, 0),
    ["setpriority", () => libc().setpriority(PRIO_PROCESS, gettid(), priority.nice)],
  ];
}

function setPolicy(policy: number, realtimePriority: number): Step {
  const parameters = Buffer.alloc(4);
  parameters.writeInt32LE(realtimePriority);
  return [
    "sched_setscheduler",
    () => libc().sched_setscheduler(gettid(), policy | SCHED_RESET_ON_FORK, parameters),
  ];
}
