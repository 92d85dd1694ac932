import type { TypeTable } from "../type-table.ts";

/** The scale subresource. */
export const autoscalingTypes: TypeTable = {
  prefix: "io.k8s.api.autoscaling.v1",
  group: "autoscaling",
  types: {
    Scale: {
      about: "The number of replicas of a workload, apart from the rest of it.",
      isObject: true,
      fields: {
        spec: "ScaleSpec What is wanted.",
        status: "ScaleStatus What was observed; written by the system.",
      },
    },
    ScaleSpec: {
      fields: {
        replicas: "int32",
      },
    },
    ScaleStatus: {
      fields: {
        replicas: "int32!",
        selector: "string",
      },
    },
  },
};
