import type { TypeTable } from "../type-table.ts";

/** Classes of pods by importance. */
export const priorityTypes: TypeTable = {
  prefix: "io.k8s.api.scheduling.v1",
  group: "scheduling.k8s.io",
  types: {
    PriorityClass: {
      about: "What importance pods of the class have.",
      isObject: true,
      fields: {
        description: "string For people.",
        globalDefault: "boolean Whether pods without a class are of this one.",
        preemptionPolicy: "string PreemptLowerPriority or Never.",
        value: "int32! The importance; higher is more important.",
      },
    },
  },
};
