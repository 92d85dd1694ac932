import type { Condition, PodObject } from "../../kinds/types.ts";
import { withCondition } from "../workloads/conditions.ts";

/** The Pod once it has its Node. */
export function boundTo(pod: PodObject, nodeName: string, nowMs: number): PodObject {
  const { conditions = [] } = pod.status;
  const others = conditions.filter(({ type }) => type !== "PodScheduled");
  const bound = {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions: others },
  };
  return withPodCondition(bound, { type: "PodScheduled", status: "True" }, nowMs);
}

export function withPodCondition(pod: PodObject, condition: Condition, nowMs: number): PodObject {
  const conditions = withCondition(pod.status.conditions, condition, nowMs);
  return { ...pod, status: { ...pod.status, conditions } };
}
