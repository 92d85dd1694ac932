/** What has become of a Job, from the Pods that it has had: pure functions. */
import type { KubeObject } from "../../../contract.ts";
import type { Condition, PodObject } from "../../../kinds/types.ts";
import type { JobSpec } from "../../../kinds/workload/job.ts";
import { conditionOf, isActive, isReady } from "../pods.ts";

export interface JobObject extends KubeObject {
  readonly spec: JobSpec;
  readonly status?: {
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface Tally {
  readonly active: readonly PodObject[];
  readonly ready: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly lastFailureMs: number;
}

export interface Verdict {
  readonly type: "Complete" | "Failed";
  readonly reason: string;
  readonly message: string;
}

const backoffMs = 10_000;
const longestBackoffMs = 600_000;

export function tallyOf(pods: readonly PodObject[]): Tally {
  const inPhase = (phase: string) => pods.filter(({ status }) => status.phase === phase);
  const active = pods.filter(isActive);
  const failed = inPhase("Failed");
  // A container that is started again in place is a failure as well.
  const restarts = active.flatMap(({ status }) =>
    (status.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount),
  );
  return {
    active,
    ready: active.filter(isReady).length,
    succeeded: inPhase("Succeeded").length,
    failed: failed.length + restarts.reduce((sum, count) => sum + count, 0),
    lastFailureMs: Math.max(0, ...failed.map(endOf)),
  };
}

function endOf(pod: PodObject): number {
  return Date.parse(conditionOf(pod, "Ready")?.lastTransitionTime ?? "") || 0;
}

/** How it has ended, or undefined. */
export function verdictOf(job: JobObject, tally: Tally, nowMs: number): Verdict | undefined {
  const { spec, status } = job;
  const known = status?.conditions?.find(
    ({ type, status: state }) => (type === "Complete" || type === "Failed") && state === "True",
  );
  if (known !== undefined) return known as Condition & Verdict;
  if (tally.failed > spec.backoffLimit)
    return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  if (leftMs(job, nowMs) <= 0)
    return failed("DeadlineExceeded", "Job was active longer than specified deadline");
  const isDone =
    spec.completions === undefined
      ? tally.succeeded > 0 && tally.active.length === 0
      : tally.succeeded >= spec.completions;
  if (!isDone) return undefined;
  const message = "Reached expected number of succeeded pods";
  return { type: "Complete", reason: "CompletionsReached", message };
}

function failed(reason: string, message: string): Verdict {
  return { type: "Failed", reason, message };
}

/** Milliseconds until its deadline, Infinity where there is none. */
export function leftMs({ spec, status }: JobObject, nowMs: number): number {
  const { activeDeadlineSeconds } = spec;
  if (activeDeadlineSeconds === undefined || status?.startTime === undefined)
    return Number.POSITIVE_INFINITY;
  return Date.parse(status.startTime) + activeDeadlineSeconds * 1000 - nowMs;
}

/** How many Pods it should have now. */
export function wantedPods({ spec }: JobObject, { succeeded }: Tally): number {
  const { parallelism = 1, completions } = spec;
  if (spec.suspend) return 0;
  if (completions === undefined) return succeeded > 0 ? 0 : parallelism;
  return Math.min(parallelism, completions - succeeded);
}

/** Milliseconds to wait before it is tried again: twice as long after each failure. */
export function backOffMs({ failed: failures, lastFailureMs }: Tally, nowMs: number): number {
  if (failures === 0 || lastFailureMs === 0) return 0;
  const pauseMs = Math.min(backoffMs * 2 ** (failures - 1), longestBackoffMs);
  return Math.max(0, lastFailureMs + pauseMs - nowMs);
}
