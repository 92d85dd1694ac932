import type { NodeObject, Taint, Toleration } from "./types.ts";

export const notReadyTaint: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
export const unreachableTaint: Taint = {
  key: "node.kubernetes.io/unreachable",
  effect: "NoSchedule",
};
export const unschedulableTaint: Taint = {
  key: "node.kubernetes.io/unschedulable",
  effect: "NoSchedule",
};

export function withTaint(node: NodeObject, taint: Taint): NodeObject {
  const { taints = [] } = node.spec;
  if (taints.some((known) => isSame(known, taint))) return node;
  return { ...node, spec: { ...node.spec, taints: [...taints, taint] } };
}

export function withoutTaint(node: NodeObject, taint: Taint): NodeObject {
  const { taints = [], ...spec } = node.spec;
  const left = taints.filter((known) => !isSame(known, taint));
  if (left.length === taints.length) return node;
  return { ...node, spec: left.length === 0 ? spec : { ...spec, taints: left } };
}

/** Whether a toleration answers to the taint ("Taints and Tolerations" of the Kubernetes documentation). */
export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key = "", operator = "Equal", value = "", effect = "" }) => {
    if (effect !== "" && effect !== taint.effect) return false;
    if (key !== "" && key !== taint.key) return false;
    if (operator === "Exists") return true;
    return key !== "" && operator === "Equal" && value === (taint.value ?? "");
  });
}

function isSame(left: Taint, right: Taint): boolean {
  return left.key === right.key && left.effect === right.effect;
}
