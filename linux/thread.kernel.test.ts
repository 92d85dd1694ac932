import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import type { PriorityReport } from "./testing/priority-worker.ts";
import { gettid, raiseThreadPriority, type ThreadPriority } from "./thread.ts";

/** Raises a thread of its own, for the test's must stay as it is. */
async function raiseInWorker(priority: ThreadPriority): Promise<PriorityReport> {
  const file = new URL("./testing/priority-worker.ts", import.meta.url);
  const worker = new Worker(file, { workerData: priority });
  // Both at once: the last message and the exit may come in the same turn.
  const [[report]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  return report;
}

const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

describeWhere(["batchedSockets"], "threads", () => {
  test("have IDs of their own, the first that of the process", async () => {
    const { threadId } = await raiseInWorker({ kind: "nice", nice: 1 });
    expect(gettid()).not.toBe(threadId);
    expect(threadId).toBeGreaterThan(1);
  });

  test("niceness is set on the calling thread", async () => {
    const report = await raiseInWorker({ kind: "nice", nice: 7 });
    expect(report).toMatchObject({ outcome: { kind: "applied" }, nice: 7, policy: SCHED_OTHER });
  });

  test.each<ThreadPriority>([
    { kind: "fifo", priority: 100 },
    { kind: "fifo", priority: 0 },
  ])("a priority out of range is a mistake, not an outcome: %j", (priority) => {
    expect(() => raiseThreadPriority(priority)).toThrow("EINVAL");
  });
});

describeWhere(["batchedSockets", "root"], "threads with the right to be less nice", () => {
  test("keep it from those that they start", async () => {
    const report = await raiseInWorker({ kind: "nice", nice: -10 });
    expect(report).toMatchObject({
      outcome: { kind: "applied" },
      nice: -10,
      policy: SCHED_OTHER,
      started: { nice: 0, policy: SCHED_OTHER },
    });
  });
});

describeWhere(["batchedSockets", "realtime"], "threads with the right to real-time", () => {
  test("come before all others", async () => {
    const report = await raiseInWorker({ kind: "fifo", priority: 1 });
    expect(report).toMatchObject({
      outcome: { kind: "applied" },
      policy: SCHED_FIFO,
      realtimePriority: 1,
      started: { policy: SCHED_OTHER, realtimePriority: 0 },
    });
  });
});

describeWhere(["batchedSockets", "root"], "threads without the right", () => {
  test.each<{ priority: ThreadPriority; call: string; errnoName: string }>([
    { priority: { kind: "fifo", priority: 1 }, call: "sched_setscheduler", errnoName: "EPERM" },
    { priority: { kind: "nice", nice: -20 }, call: "setpriority", errnoName: "EACCES" },
  ])("are refused, which is an outcome: $priority", ({ priority, call, errnoName }) => {
    const nobody = 65534;
    process.seteuid?.(nobody);
    try {
      expect(raiseThreadPriority(priority)).toEqual({ kind: "refused", call, errnoName });
    } finally {
      process.seteuid?.(0);
    }
  });
});
