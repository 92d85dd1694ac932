/** What becomes of the conditions of Nodes that fall silent, and of their Pods: pure functions. */
import {
  notReadyTaint,
  unreachableTaint,
  unschedulableTaint,
  withoutTaint,
  withTaint,
} from "../../kinds/taints.ts";
import type { Condition, NodeObject, PodObject } from "../../kinds/types.ts";
import { withPodCondition } from "../scheduling/bound.ts";
import { withCondition } from "../workloads/conditions.ts";
import { conditionOf } from "../workloads/pods.ts";

const reported = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];
const silence = { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." };
const neverHeard = {
  reason: "NodeStatusNeverUpdated",
  message: "Kubelet never posted node status.",
};
/** By this word a Pod's condition that was taken away here is known from one that the kubelet has set. */
const nodeLost = "NodeNotReady";

export function readyOf({ status }: NodeObject): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

/** The conditions of a Node that nobody has heard of for too long. */
export function lostConditions({ status }: NodeObject, nowMs: number): readonly Condition[] {
  let conditions: readonly Condition[] = status?.conditions ?? [];
  for (const type of reported) {
    const why = conditions.some((known) => known.type === type) ? silence : neverHeard;
    conditions = withCondition(conditions, { type, status: "Unknown", ...why }, nowMs);
  }
  return conditions;
}

export function isLost(node: NodeObject): boolean {
  const ready = readyOf(node);
  return (
    ready?.status === "Unknown" &&
    (ready.reason === silence.reason || ready.reason === neverHeard.reason)
  );
}

/** The Node with the taints that its state calls for, and without those that it does not. */
export function tainted(node: NodeObject): NodeObject {
  const status = readyOf(node)?.status ?? "False";
  const set = (object: NodeObject, isWanted: boolean, taint: typeof notReadyTaint) =>
    isWanted ? withTaint(object, taint) : withoutTaint(object, taint);
  const ready = set(node, status === "False", notReadyTaint);
  const reachable = set(ready, status === "Unknown", unreachableTaint);
  return set(reachable, node.spec.unschedulable === true, unschedulableTaint);
}

/** The Pod of a lost Node: nobody knows that it is ready. */
export function withoutReadiness(pod: PodObject, nowMs: number): PodObject {
  const ready = conditionOf(pod, "Ready");
  if (ready?.status !== "True") return pod;
  return withPodCondition(pod, { type: "Ready", status: "False", reason: nodeLost }, nowMs);
}

/** The Pod of a Node that is back, as its kubelet had reported it: ready if its containers are. */
export function withReadinessBack(pod: PodObject, nowMs: number): PodObject {
  const ready = conditionOf(pod, "Ready");
  const containers = conditionOf(pod, "ContainersReady");
  // A kubelet that has spoken since may have left the word in place.
  if (ready?.reason !== nodeLost || ready.status !== "False") return pod;
  if (containers?.status !== "True") return pod;
  const others = (pod.status.conditions ?? []).filter((condition) => condition !== ready);
  const cleared = { ...pod, status: { ...pod.status, conditions: others } };
  return withPodCondition(cleared, { type: "Ready", status: "True" }, nowMs);
}
