import type { FieldNumbers } from "../field-numbers.ts";

/** The named groups. */
export const appsNumbers: FieldNumbers = {
  ControllerRevision: "metadata data revision",
  DaemonSet: "metadata spec status",
  DaemonSetCondition: "type status lastTransitionTime reason message",
  DaemonSetSpec: "selector template updateStrategy minReadySeconds 6:*revisionHistoryLimit",
  DaemonSetStatus:
    "currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady observedGeneration updatedNumberScheduled numberAvailable numberUnavailable *collisionCount conditions",
  DaemonSetUpdateStrategy: "type rollingUpdate",
  Deployment: "metadata spec status",
  DeploymentCondition: "type status 4:reason message lastUpdateTime lastTransitionTime",
  DeploymentSpec:
    "*replicas selector template strategy minReadySeconds *revisionHistoryLimit paused 9:*progressDeadlineSeconds",
  DeploymentStatus:
    "observedGeneration replicas updatedReplicas availableReplicas unavailableReplicas conditions readyReplicas *collisionCount *terminatingReplicas",
  DeploymentStrategy: "type rollingUpdate",
  ReplicaSet: "metadata spec status",
  ReplicaSetCondition: "type status lastTransitionTime reason message",
  ReplicaSetSpec: "*replicas selector template minReadySeconds",
  ReplicaSetStatus:
    "replicas fullyLabeledReplicas observedGeneration readyReplicas availableReplicas conditions *terminatingReplicas",
  RollingUpdateDaemonSet: "*maxUnavailable *maxSurge",
  RollingUpdateDeployment: "*maxUnavailable *maxSurge",
  RollingUpdateStatefulSetStrategy: "*partition *maxUnavailable",
  StatefulSet: "metadata spec status",
  StatefulSetCondition: "type status lastTransitionTime reason message",
  StatefulSetOrdinals: "start",
  StatefulSetPersistentVolumeClaimRetentionPolicy: "whenDeleted whenScaled",
  StatefulSetSpec:
    "*replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy *revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals",
  StatefulSetStatus:
    "observedGeneration replicas readyReplicas currentReplicas updatedReplicas currentRevision updateRevision 9:*collisionCount conditions availableReplicas",
  StatefulSetUpdateStrategy: "type rollingUpdate",
};

export const batchNumbers: FieldNumbers = {
  Job: "metadata spec status",
  JobCondition: "type status lastProbeTime lastTransitionTime reason message",
  JobSpec:
    "*parallelism *completions *activeDeadlineSeconds selector *manualSelector template *backoffLimit *ttlSecondsAfterFinished completionMode *suspend podFailurePolicy *backoffLimitPerIndex *maxFailedIndexes podReplacementPolicy managedBy successPolicy",
  JobStatus:
    "conditions startTime completionTime active succeeded failed completedIndexes uncountedTerminatedPods *ready failedIndexes *terminating",
  PodFailurePolicy: "rules",
  PodFailurePolicyOnExitCodesRequirement: "containerName operator values",
  PodFailurePolicyOnPodConditionsPattern: "type status",
  PodFailurePolicyRule: "action onExitCodes onPodConditions",
  SuccessPolicy: "rules",
  SuccessPolicyRule: "succeededIndexes *succeededCount",
  UncountedTerminatedPods: "succeeded failed",
};

export const coordinationNumbers: FieldNumbers = {
  Lease: "metadata spec",
  LeaseSpec:
    "holderIdentity *leaseDurationSeconds acquireTime renewTime *leaseTransitions strategy preferredHolder",
};

export const discoveryNumbers: FieldNumbers = {
  Endpoint: "addresses conditions hostname targetRef deprecatedTopology nodeName zone hints",
  EndpointConditions: "*ready *serving *terminating",
  EndpointHints: "forZones forNodes",
  EndpointPort: "name protocol *port *appProtocol",
  EndpointSlice: "metadata endpoints ports addressType",
  ForNode: "name",
  ForZone: "name",
};

export const networkingNumbers: FieldNumbers = {
  IPBlock: "cidr except",
  NetworkPolicy: "metadata spec",
  NetworkPolicyEgressRule: "ports to",
  NetworkPolicyIngressRule: "ports from",
  NetworkPolicyPeer: "podSelector namespaceSelector ipBlock",
  NetworkPolicyPort: "protocol *port *endPort",
  NetworkPolicySpec: "podSelector ingress egress policyTypes",
  ServiceCIDR: "metadata spec status",
  ServiceCIDRSpec: "cidrs",
  ServiceCIDRStatus: "conditions",
};

export const autoscalingNumbers: FieldNumbers = {
  Scale: "metadata spec status",
  ScaleSpec: "replicas",
  ScaleStatus: "replicas selector",
};

export const authenticationNumbers: FieldNumbers = {
  BoundObjectReference: "kind apiVersion name",
  SelfSubjectReview: "metadata status",
  SelfSubjectReviewStatus: "userInfo",
  TokenRequest: "metadata spec status",
  TokenRequestSpec: "audiences 3:boundObjectRef *expirationSeconds",
  TokenRequestStatus: "token expirationTimestamp",
  UserInfo: "username uid groups extra",
};

export const authorizationNumbers: FieldNumbers = {
  FieldSelectorAttributes: "rawSelector requirements",
  LabelSelectorAttributes: "rawSelector requirements",
  NonResourceAttributes: "path verb",
  ResourceAttributes:
    "namespace verb group version resource subresource name fieldSelector labelSelector",
  SelfSubjectAccessReview: "metadata spec status",
  SelfSubjectAccessReviewSpec: "resourceAttributes nonResourceAttributes",
  SubjectAccessReviewStatus: "allowed reason evaluationError denied",
};

export const policyNumbers: FieldNumbers = {
  PodDisruptionBudget: "metadata spec status",
  PodDisruptionBudgetSpec: "*minAvailable selector *maxUnavailable *unhealthyPodEvictionPolicy",
  PodDisruptionBudgetStatus:
    "observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy expectedPods conditions",
};

export const rbacNumbers: FieldNumbers = {
  AggregationRule: "clusterRoleSelectors",
  ClusterRole: "metadata rules aggregationRule",
  ClusterRoleBinding: "metadata subjects roleRef",
  PolicyRule: "verbs apiGroups resources resourceNames nonResourceURLs",
  Role: "metadata rules",
  RoleBinding: "metadata subjects roleRef",
  RoleRef: "apiGroup kind name",
  Subject: "kind apiGroup name namespace",
};

export const schedulingNumbers: FieldNumbers = {
  PriorityClass: "metadata *value globalDefault description *preemptionPolicy",
};
