import type { TypeTable } from "../type-table.ts";

/** Which nodes pods go to. */
export const schedulingTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Affinity: {
      fields: {
        nodeAffinity: "NodeAffinity",
        podAffinity: "PodAffinity",
        podAntiAffinity: "PodAntiAffinity",
      },
    },
    NodeAffinity: {
      fields: {
        preferredDuringSchedulingIgnoredDuringExecution: "[]PreferredSchedulingTerm",
        requiredDuringSchedulingIgnoredDuringExecution: "NodeSelector",
      },
    },
    PodAffinity: {
      fields: {
        preferredDuringSchedulingIgnoredDuringExecution: "[]WeightedPodAffinityTerm",
        requiredDuringSchedulingIgnoredDuringExecution: "[]PodAffinityTerm",
      },
    },
    PodAntiAffinity: {
      fields: {
        preferredDuringSchedulingIgnoredDuringExecution: "[]WeightedPodAffinityTerm",
        requiredDuringSchedulingIgnoredDuringExecution: "[]PodAffinityTerm",
      },
    },
    PodAffinityTerm: {
      fields: {
        labelSelector: "LabelSelector",
        matchLabelKeys: "[]string",
        mismatchLabelKeys: "[]string",
        namespaceSelector: "LabelSelector",
        namespaces: "[]string",
        topologyKey: "string!",
      },
    },
    WeightedPodAffinityTerm: {
      fields: {
        podAffinityTerm: "PodAffinityTerm!",
        weight: "int32!",
      },
    },
    PreferredSchedulingTerm: {
      fields: {
        preference: "NodeSelectorTerm!",
        weight: "int32!",
      },
    },
    NodeSelector: {
      isAtomic: true,
      fields: {
        nodeSelectorTerms: "[]NodeSelectorTerm!",
      },
    },
    NodeSelectorTerm: {
      isAtomic: true,
      fields: {
        matchExpressions: "[]NodeSelectorRequirement",
        matchFields: "[]NodeSelectorRequirement",
      },
    },
    NodeSelectorRequirement: {
      fields: {
        key: "string!",
        operator: "string!",
        values: "[]string",
      },
    },
    Toleration: {
      fields: {
        effect: "string",
        key: "string",
        operator: "string",
        tolerationSeconds: "int64",
        value: "string",
      },
    },
    TopologySpreadConstraint: {
      fields: {
        labelSelector: "LabelSelector",
        matchLabelKeys: "[]string",
        maxSkew: "int32!",
        minDomains: "int32",
        nodeAffinityPolicy: "string",
        nodeTaintsPolicy: "string",
        topologyKey: "string!",
        whenUnsatisfiable: "string!",
      },
    },
  },
};
