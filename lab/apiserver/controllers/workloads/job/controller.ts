import type { Condition, PodObject } from "../../../kinds/types.ts";
import { timestamp } from "../../../rest/metadata.ts";
import type { Children } from "../children.ts";
import { withCondition } from "../conditions.ts";
import type { WorkloadParts } from "../parts.ts";
import { PodControl } from "../pod-control.ts";
import { isTerminating, podFrom } from "../pods.ts";
import { WorkloadController } from "../workload-controller.ts";
import {
  backOffMs,
  type JobObject,
  leftMs,
  type Tally,
  tallyOf,
  type Verdict,
  verdictOf,
  wantedPods,
} from "./outcome.ts";

/** Runs the Pods of Jobs until enough have ended well, or too many have not. */
export class JobController extends WorkloadController<JobObject> {
  readonly #pods: Children<PodObject>;
  readonly #control: PodControl;

  constructor(parts: WorkloadParts) {
    super(parts, "Job", "jobs.batch");
    this.#control = new PodControl(parts.objects, this.events);
    this.#pods = this.childrenIn(parts.store.collection("pods"));
  }

  protected syncWorkload(job: JobObject, key: string): void {
    const tally = tallyOf(this.#pods.claim(job));
    const verdict = verdictOf(job, tally, this.now());
    if (!isTerminating(job)) {
      if (verdict === undefined) this.#run(key, job, tally);
      else for (const pod of tally.active) this.#control.delete(job, pod);
    }
    this.#report(key, job, verdict);
    if (verdict !== undefined) this.#forget(key, job);
  }

  #run(key: string, job: JobObject, tally: Tally): void {
    const missing = wantedPods(job, tally) - tally.active.length;
    for (const pod of tally.active.slice(0, Math.max(0, -missing))) this.#control.delete(job, pod);
    const waitMs = backOffMs(tally, this.now());
    if (missing > 0 && waitMs > 0) this.enqueueAfter(key, waitMs);
    for (let left = waitMs > 0 ? 0 : missing; left > 0; left -= 1)
      if (this.#control.create(job, podFrom(job, job.spec.template)) !== undefined) break;
    const deadlineMs = leftMs(job, this.now());
    if (deadlineMs > 0) this.enqueueAfter(key, deadlineMs);
  }

  #report(key: string, job: JobObject, verdict: Verdict | undefined): void {
    const now = timestamp(this.now());
    const { active, ready, succeeded, failed } = tallyOf(this.#pods.claim(job));
    const { startTime, completionTime } = job.status ?? {};
    const isComplete = verdict?.type === "Complete";
    const conditions = this.#conditions(job, verdict);
    const status = {
      ...(active.length === 0 ? {} : { active: active.length }),
      ready,
      ...(succeeded === 0 ? {} : { succeeded }),
      ...(failed === 0 ? {} : { failed }),
      ...(job.spec.suspend && startTime === undefined ? {} : { startTime: startTime ?? now }),
      ...(isComplete ? { completionTime: completionTime ?? now } : {}),
      ...(conditions.length === 0 ? {} : { conditions }),
    };
    if (!this.setStatus(job, status)) return;
    const isNews = verdict !== undefined && !("lastTransitionTime" in verdict);
    if (isNews && isComplete) this.events.normal(job, "Completed", "Job completed");
    else if (isNews) this.events.warning(job, verdict.reason, verdict.message);
    // The deadline counts from the start that has just been written.
    if (startTime === undefined) this.enqueue(key);
  }

  #conditions({ spec, status }: JobObject, verdict: Verdict | undefined): readonly Condition[] {
    const known = status?.conditions ?? [];
    const wasSuspended = known.some(({ type }) => type === "Suspended");
    const suspended = {
      type: "Suspended",
      status: spec.suspend ? "True" : "False",
      reason: spec.suspend ? "JobSuspended" : "JobResumed",
      message: spec.suspend ? "Job suspended" : "Job resumed",
    };
    const next = spec.suspend || wasSuspended ? withCondition(known, suspended, this.now()) : known;
    if (verdict === undefined) return next;
    const { type, reason, message } = verdict;
    const foreseen = type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
    const decided = withCondition(
      next,
      { type: foreseen, status: "True", reason, message },
      this.now(),
    );
    return withCondition(decided, { type, status: "True", reason, message }, this.now());
  }

  #forget(key: string, { metadata, spec, status, apiVersion, kind }: JobObject): void {
    const { ttlSecondsAfterFinished } = spec;
    const ended = status?.conditions?.find(
      ({ type }) => type === "Complete" || type === "Failed",
    )?.lastTransitionTime;
    if (ttlSecondsAfterFinished === undefined || ended === undefined) return;
    const waitMs = Date.parse(ended) + ttlSecondsAfterFinished * 1000 - this.now();
    if (waitMs > 0) {
      this.enqueueAfter(key, waitMs);
      return;
    }
    const { namespace = "", name } = metadata;
    this.objects.delete({ apiVersion, kind, namespace, name });
  }
}
