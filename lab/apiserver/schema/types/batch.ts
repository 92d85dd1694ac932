import type { TypeTable } from "../type-table.ts";

/** Work that ends. */
export const batchTypes: TypeTable = {
  prefix: "io.k8s.api.batch.v1",
  group: "batch",
  types: {
    Job: {
      about: "Runs pods until enough of them have ended well.",
      isObject: true,
      fields: {
        spec: "JobSpec What is wanted.",
        status: "JobStatus What was observed; written by the system.",
      },
    },
    JobSpec: {
      fields: {
        activeDeadlineSeconds: "int64 How long it may take.",
        backoffLimit: "int32 How often it is tried again; 6 unless said.",
        backoffLimitPerIndex: "int32",
        completionMode: "string",
        completions: "int32 How many pods have to end well.",
        managedBy: "string",
        manualSelector: "boolean",
        maxFailedIndexes: "int32",
        parallelism: "int32 How many pods run at a time.",
        podFailurePolicy: "PodFailurePolicy",
        podReplacementPolicy: "string",
        selector: "LabelSelector Made by the system unless manualSelector says otherwise.",
        successPolicy: "SuccessPolicy",
        suspend: "boolean Whether its pods are taken away for now.",
        template: "PodTemplateSpec! What the pods look like.",
        ttlSecondsAfterFinished: "int32 How long it stays once it has ended.",
      },
    },
    JobStatus: {
      fields: {
        active: "int32",
        completedIndexes: "string",
        completionTime: "time",
        conditions: "[~type]JobCondition",
        failed: "int32",
        failedIndexes: "string",
        ready: "int32",
        startTime: "time",
        succeeded: "int32",
        terminating: "int32",
        uncountedTerminatedPods: "UncountedTerminatedPods",
      },
    },
    JobCondition: {
      fields: {
        lastProbeTime: "time",
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    PodFailurePolicy: { fields: { rules: "[]PodFailurePolicyRule!" } },
    PodFailurePolicyRule: {
      fields: {
        action: "string!",
        onExitCodes: "PodFailurePolicyOnExitCodesRequirement",
        onPodConditions: "[]PodFailurePolicyOnPodConditionsPattern",
      },
    },
    PodFailurePolicyOnExitCodesRequirement: {
      fields: { containerName: "string", operator: "string!", values: "[set]int32!" },
    },
    PodFailurePolicyOnPodConditionsPattern: { fields: { status: "string!", type: "string!" } },
    SuccessPolicy: { fields: { rules: "[]SuccessPolicyRule!" } },
    SuccessPolicyRule: { fields: { succeededCount: "int32", succeededIndexes: "string" } },
    UncountedTerminatedPods: { fields: { failed: "[set]string", succeeded: "[set]string" } },
  },
};
