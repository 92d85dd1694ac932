/** Whether a Pod may run on a Node, in the words of kube-scheduler's plugins: pure functions. */
import { isDeepStrictEqual } from "node:util";
import { tolerates, unschedulableTaint } from "../../kinds/taints.ts";
import type {
  NodeObject,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
  Taint,
} from "../../kinds/types.ts";

/** Whether the same Pods fit the Node as before: heartbeats come often and change nothing about that. */
export function isSamePlace(before: NodeObject | undefined, after: NodeObject): boolean {
  return (
    isDeepStrictEqual(before?.spec, after.spec) &&
    isDeepStrictEqual(before?.metadata.labels, after.metadata.labels)
  );
}

/** Why a Node does not take the Pod, or undefined. */
export function misfit(spec: PodSpec, node: NodeObject): string | undefined {
  const { tolerations = [] } = spec;
  if (node.spec.unschedulable === true && !tolerates(tolerations, unschedulableTaint))
    return "node(s) were unschedulable";
  const taint = untolerated(spec, node);
  if (taint !== undefined)
    return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`;
  if (!matchesNode(spec, node)) return "node(s) didn't match Pod's node affinity/selector";
  return undefined;
}

/** The first taint that keeps the Pod away. */
export function untolerated({ tolerations = [] }: PodSpec, node: NodeObject): Taint | undefined {
  return node.spec.taints?.find(
    (taint) =>
      (taint.effect === "NoSchedule" || taint.effect === "NoExecute") &&
      !tolerates(tolerations, taint),
  );
}

/** Whether nodeSelector and required node affinity allow the Node. */
export function matchesNode({ nodeSelector = {}, affinity }: PodSpec, node: NodeObject): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

function matchesTerm(term: NodeSelectorTerm, { metadata }: NodeObject): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  // A term without requirements matches nothing.
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { "metadata.name": metadata.name };
  return (
    matchExpressions.every((requirement) => meets(requirement, metadata.labels ?? {})) &&
    matchFields.every((requirement) => meets(requirement, fields))
  );
}

function meets(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) …." */
export function unschedulableMessage(reasons: readonly string[]): string {
  if (reasons.length === 0) return "no nodes available to schedule pods";
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(
    ([reason, same]) => `${same.length} ${reason}`,
  );
  return `0/${reasons.length} nodes are available: ${counts.sort().join(", ")}.`;
}
