import type { TypeTable } from "../type-table.ts";

/** How many pods may be missing on purpose. */
export const policyTypes: TypeTable = {
  prefix: "io.k8s.api.policy.v1",
  group: "policy",
  types: {
    Eviction: {
      about: "Asks for a pod to go, if budgets allow it.",
      isObject: true,
      fields: {
        deleteOptions: "DeleteOptions What the delete is to be like.",
      },
    },
    PodDisruptionBudget: {
      about: "How many of the selected pods evictions may take at once.",
      isObject: true,
      fields: {
        spec: "PodDisruptionBudgetSpec What is wanted.",
        status: "PodDisruptionBudgetStatus What was observed; written by the system.",
      },
    },
    PodDisruptionBudgetSpec: {
      fields: {
        maxUnavailable: "intOrString How many may be missing; not together with minAvailable.",
        minAvailable: "intOrString How many have to stay.",
        selector: "LabelSelector The pods that the budget is about.",
        unhealthyPodEvictionPolicy:
          "string IfHealthyBudget or AlwaysAllow: whether pods that are not ready may go in any case.",
      },
    },
    PodDisruptionBudgetStatus: {
      fields: {
        conditions: "[type]Condition",
        currentHealthy: "int32!",
        desiredHealthy: "int32!",
        disruptedPods: "{}time",
        disruptionsAllowed: "int32!",
        expectedPods: "int32!",
        observedGeneration: "int64",
      },
    },
  },
};
