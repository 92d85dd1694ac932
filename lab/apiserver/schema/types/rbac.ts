import type { TypeTable } from "../type-table.ts";

const binding = {
  roleRef: "RoleRef! The role that is given; it cannot be changed.",
  subjects: "[]Subject Who is given the role.",
};

/** Roles and who has them. They are kept, and decide nothing here. */
export const rbacTypes: TypeTable = {
  prefix: "io.k8s.api.rbac.v1",
  group: "rbac.authorization.k8s.io",
  types: {
    ClusterRole: {
      about: "Rights over the whole cluster.",
      isObject: true,
      fields: {
        aggregationRule: "AggregationRule Where the rules are gathered from.",
        rules: "[]PolicyRule What is allowed.",
      },
    },
    Role: {
      about: "Rights within a namespace.",
      isObject: true,
      fields: { rules: "[]PolicyRule What is allowed." },
    },
    ClusterRoleBinding: {
      about: "Gives a cluster role to somebody, for the whole cluster.",
      isObject: true,
      fields: binding,
    },
    RoleBinding: {
      about: "Gives a role to somebody, within a namespace.",
      isObject: true,
      fields: binding,
    },
    AggregationRule: { fields: { clusterRoleSelectors: "[]LabelSelector" } },
    PolicyRule: {
      fields: {
        apiGroups: "[]string Groups of the resources; the first one is called the empty string.",
        nonResourceURLs: "[]string",
        resourceNames: "[]string Only objects of these names.",
        resources: "[]string",
        verbs: "[]string!",
      },
    },
    RoleRef: {
      isAtomic: true,
      fields: { apiGroup: "string!", kind: "string!", name: "string!" },
    },
    Subject: {
      isAtomic: true,
      fields: { apiGroup: "string", kind: "string!", name: "string!", namespace: "string" },
    },
  },
};
