import type { ResourceRow, ScalePaths } from "../contract.ts";
import { builtinSchema } from "../schema/builtin.ts";

export const allVerbs = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
] as const;

type Given = Pick<ResourceRow, "plural" | "kind"> & Partial<ResourceRow>;

/** What most resources have in common, so that a row says what is special about its own. */
function row(given: Given): ResourceRow {
  return {
    group: "",
    version: "v1",
    singular: given.kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: allVerbs,
    nameRule: "subdomain",
    tracksGeneration: false,
    hasStatus: false,
    selectableFields: {},
    isCustom: false,
    isReview: false,
    schema: builtinSchema(given.group ?? "", given.kind),
    ...given,
  };
}

/** A workload of apps/v1: stored as it is given until its controller exists. */
function workload(given: Given): ResourceRow {
  return row({
    group: "apps",
    categories: ["all"],
    tracksGeneration: true,
    hasStatus: true,
    ...given,
  });
}

/** Roles and bindings have names like system:coredns. */
function rbac(given: Given): ResourceRow {
  return row({ group: "rbac.authorization.k8s.io", nameRule: "pathSegment", ...given });
}

/** A question about the asker. */
function review(given: Given): ResourceRow {
  return row({ namespaced: false, verbs: ["create"], isReview: true, ...given });
}

const scale: ScalePaths = {
  specReplicas: ["spec", "replicas"],
  statusReplicas: ["status", "replicas"],
  selector: ["spec", "selector"],
};

/** What the scale subresource speaks; it is nowhere to be listed. */
export const scaleRow: ResourceRow = row({ group: "autoscaling", plural: "scales", kind: "Scale" });

/** What the token subresource of service accounts speaks. */
export const tokenRequestRow: ResourceRow = row({
  group: "authentication.k8s.io",
  plural: "tokenrequests",
  kind: "TokenRequest",
});

/** What the binding and the eviction subresource of pods speak. */
export const bindingRow: ResourceRow = row({ plural: "bindings", kind: "Binding" });
export const evictionRow: ResourceRow = row({
  group: "policy",
  plural: "evictions",
  kind: "Eviction",
});

/** Every resource that is served from the start. Adding one is adding a row. */
export const builtinRows: readonly ResourceRow[] = [
  row({
    plural: "namespaces",
    kind: "Namespace",
    namespaced: false,
    shortNames: ["ns"],
    nameRule: "label",
    hasStatus: true,
    verbs: allVerbs.filter((verb) => verb !== "deletecollection"),
    selectableFields: { "status.phase": "" },
  }),
  row({
    plural: "nodes",
    kind: "Node",
    namespaced: false,
    shortNames: ["no"],
    hasStatus: true,
    selectableFields: { "spec.unschedulable": "false" },
  }),
  row({
    plural: "services",
    kind: "Service",
    shortNames: ["svc"],
    categories: ["all"],
    nameRule: "label1035",
    hasStatus: true,
    selectableFields: { "spec.clusterIP": "", "spec.type": "" },
  }),
  row({ plural: "endpoints", kind: "Endpoints", shortNames: ["ep"] }),
  row({
    plural: "pods",
    kind: "Pod",
    shortNames: ["po"],
    categories: ["all"],
    tracksGeneration: true,
    hasStatus: true,
    selectableFields: {
      "spec.nodeName": "",
      "spec.restartPolicy": "",
      "spec.schedulerName": "",
      "spec.serviceAccountName": "",
      "spec.hostNetwork": "false",
      "status.phase": "",
      "status.podIP": "",
      "status.nominatedNodeName": "",
    },
  }),
  row({ plural: "configmaps", kind: "ConfigMap", shortNames: ["cm"] }),
  row({ plural: "secrets", kind: "Secret", selectableFields: { type: "" } }),
  row({ plural: "serviceaccounts", kind: "ServiceAccount", shortNames: ["sa"] }),
  row({
    plural: "events",
    kind: "Event",
    shortNames: ["ev"],
    selectableFields: {
      "involvedObject.kind": "",
      "involvedObject.namespace": "",
      "involvedObject.name": "",
      "involvedObject.uid": "",
      "involvedObject.apiVersion": "",
      "involvedObject.resourceVersion": "",
      "involvedObject.fieldPath": "",
      reason: "",
      reportingComponent: "",
      source: "",
      type: "",
    },
  }),
  row({
    group: "discovery.k8s.io",
    plural: "endpointslices",
    kind: "EndpointSlice",
    tracksGeneration: true,
  }),
  row({
    group: "networking.k8s.io",
    plural: "networkpolicies",
    kind: "NetworkPolicy",
    shortNames: ["netpol"],
    tracksGeneration: true,
  }),
  row({
    group: "networking.k8s.io",
    plural: "servicecidrs",
    kind: "ServiceCIDR",
    namespaced: false,
    hasStatus: true,
  }),
  row({ group: "coordination.k8s.io", plural: "leases", kind: "Lease" }),
  workload({ plural: "deployments", kind: "Deployment", shortNames: ["deploy"], scale }),
  workload({
    plural: "replicasets",
    kind: "ReplicaSet",
    shortNames: ["rs"],
    scale,
    selectableFields: { "status.replicas": "0" },
  }),
  workload({ plural: "daemonsets", kind: "DaemonSet", shortNames: ["ds"] }),
  workload({ plural: "statefulsets", kind: "StatefulSet", shortNames: ["sts"], scale }),
  row({ group: "apps", plural: "controllerrevisions", kind: "ControllerRevision" }),
  row({
    group: "batch",
    plural: "jobs",
    kind: "Job",
    categories: ["all"],
    tracksGeneration: true,
    hasStatus: true,
    selectableFields: { "status.successful": "0" },
  }),
  row({
    group: "policy",
    plural: "poddisruptionbudgets",
    kind: "PodDisruptionBudget",
    shortNames: ["pdb"],
    tracksGeneration: true,
    hasStatus: true,
  }),
  rbac({ plural: "clusterroles", kind: "ClusterRole", namespaced: false }),
  rbac({ plural: "clusterrolebindings", kind: "ClusterRoleBinding", namespaced: false }),
  rbac({ plural: "roles", kind: "Role" }),
  rbac({ plural: "rolebindings", kind: "RoleBinding" }),
  row({
    group: "scheduling.k8s.io",
    plural: "priorityclasses",
    kind: "PriorityClass",
    namespaced: false,
    shortNames: ["pc"],
  }),
  row({
    group: "apiextensions.k8s.io",
    plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition",
    namespaced: false,
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    tracksGeneration: true,
    hasStatus: true,
  }),
  review({
    group: "authentication.k8s.io",
    plural: "selfsubjectreviews",
    kind: "SelfSubjectReview",
  }),
  review({
    group: "authorization.k8s.io",
    plural: "selfsubjectaccessreviews",
    kind: "SelfSubjectAccessReview",
  }),
];
