import type { PodObject } from "../../../kinds/types.ts";
import { conditionOf, isReady } from "../pods.ts";

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const phases = ["Pending", "Unknown", "Running"];

/**
 * The Pods in the order in which a ReplicaSet that has too many gives them up ("ReplicaSet", "Scaling a ReplicaSet"):
 * those without a node, not running, not ready, of low cost, of which their node has many, ready for a short time, often
 * restarted, young.
 */
export function inOrderOfDeletion(pods: readonly PodObject[]): PodObject[] {
  const onNode = Map.groupBy(pods, nodeOf);
  const ranks = new Map(
    pods.map((pod) => [
      pod,
      [
        nodeOf(pod) === "" ? 0 : 1,
        phases.indexOf(pod.status.phase ?? ""),
        isReady(pod) ? 1 : 0,
        Number(pod.metadata.annotations?.[deletionCost] ?? 0),
        -(onNode.get(nodeOf(pod))?.length ?? 0),
        -Date.parse(conditionOf(pod, "Ready")?.lastTransitionTime ?? "1970-01-01"),
        -restarts(pod),
        -Date.parse(pod.metadata.creationTimestamp ?? "1970-01-01"),
      ],
    ]),
  );
  return pods.toSorted((left, right) => compare(ranks.get(left) ?? [], ranks.get(right) ?? []));
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, rank] of left.entries()) {
    if (rank !== right[index]) return rank - right[index];
  }
  return 0;
}

function nodeOf({ spec }: PodObject): string {
  return spec.nodeName ?? "";
}

function restarts({ status }: PodObject): number {
  return Math.max(
    0,
    ...(status.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount),
  );
}
