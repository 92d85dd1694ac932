/** Whether an eviction may take a Pod: the arithmetic of PodDisruptionBudgets, pure. */
import type { KubeObject } from "../../contract.ts";
import { scaledValue } from "../../controllers/workloads/percent.ts";
import { isReady, isTerminating } from "../../controllers/workloads/pods.ts";
import type { PodObject } from "../../kinds/types.ts";
import type { IntOrPercent, LabelSelector } from "../../kinds/workload/types.ts";
import { selectsLabels } from "../../selectors/label-selector.ts";
import { StatusError } from "../../status.ts";

interface BudgetSpec {
  readonly selector?: LabelSelector;
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
}

/**
 * Holds an eviction against the budgets of its namespace.
 * @throws StatusError 429 when one of them would have too few healthy Pods
 */
export function checkBudgets(
  pod: PodObject,
  budgets: readonly KubeObject[],
  pods: readonly PodObject[],
): void {
  // One that is not ready is no loss.
  if (!isReady(pod)) return;
  for (const budget of budgets) {
    const { selector, minAvailable, maxUnavailable } = (budget.spec ?? {}) as BudgetSpec;
    if (selector === undefined || !selectsLabels(selector, pod.metadata.labels)) continue;
    const own = pods.filter((other) => selectsLabels(selector, other.metadata.labels));
    const healthy = own.filter((other) => isReady(other) && !isTerminating(other)).length;
    const needed =
      maxUnavailable === undefined
        ? scaledValue(minAvailable ?? 1, own.length, "up")
        : own.length - scaledValue(maxUnavailable, own.length, "up");
    if (healthy - 1 >= needed) continue;
    const { name } = budget.metadata;
    const message = `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`;
    throw new StatusError(
      429,
      "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      { causes: [{ reason: "DisruptionBudget", message }] },
    );
  }
}
