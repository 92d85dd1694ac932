/** What the workloads of apps/v1 do unless they are told otherwise. */
import type { Strategy } from "../strategy.ts";
import { workloadStrategy } from "./strategy.ts";

export const deploymentStrategy: Strategy = workloadStrategy({
  progressDeadlineSeconds: 600,
  replicas: 1,
  revisionHistoryLimit: 10,
  strategy: {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
  },
});

export const replicaSetStrategy: Strategy = workloadStrategy({ replicas: 1 });

export const daemonSetStrategy: Strategy = workloadStrategy({
  revisionHistoryLimit: 10,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
});

export const statefulSetStrategy: Strategy = workloadStrategy({
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  podManagementPolicy: "OrderedReady",
  replicas: 1,
  revisionHistoryLimit: 10,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
});
