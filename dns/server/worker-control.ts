/** Shared words between a worker and the thread that owns it, and the plan that crosses with them. Plain data. */
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import type { FastPlan } from "./plan.ts";

/** Not 0: end the loop. The first word, as the batch loop wants it. */
export const CONTROL_STOP = 0;
/** Raised by the owner behind each WorkerServing that it has posted. */
export const CONTROL_GENERATION = 1;
/** The generation that the worker serves with. Written by the worker, with a notification. */
export const CONTROL_ADOPTED = 2;
const CONTROL_WORDS = 3;

export function createWorkerControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** What a worker answers from and counts in. */
export interface WorkerServing {
  readonly plan: FastPlan;
  readonly counts: QueryCounts;
}
