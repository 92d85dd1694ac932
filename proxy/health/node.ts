import type { NodeStanding } from "./contract.ts";

/** Set by the cluster autoscaler on a node that it is about to remove. */
const TO_BE_DELETED_TAINT = "ToBeDeletedByClusterAutoscaler";

/**
 * Whether load balancers should still send connections to this node. A node that nobody has told of yet is eligible:
 * the proxy may have started before it could read its Node object.
 */
export function isEligible(node: NodeStanding | undefined): boolean {
  if (node === undefined) return true;
  return !node.isDeleting && !node.taintKeys.includes(TO_BE_DELETED_TAINT);
}
