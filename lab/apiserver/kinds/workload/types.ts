/** The fields of workloads that controllers read; the schema tables check their types on the way in. */
import type { KubeObject, ObjectMeta } from "../../contract.ts";
import type { Condition, PodSpec } from "../types.ts";

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: PodSpec;
}

/** A number or a share such as "25%". */
export type IntOrPercent = number | string;

interface WorkloadSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
}

/** What every workload of apps/v1 has. */
export interface WorkloadObject extends KubeObject {
  readonly spec: WorkloadSpec;
}

export interface ReplicaSetObject extends WorkloadObject {
  readonly spec: WorkloadSpec & { readonly replicas: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface RollingUpdate {
  readonly maxSurge?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
}

export interface DeploymentObject extends WorkloadObject {
  readonly spec: WorkloadSpec & {
    readonly replicas: number;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly strategy: { readonly type: string; readonly rollingUpdate?: RollingUpdate };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly collisionCount?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface DaemonSetObject extends WorkloadObject {
  readonly spec: WorkloadSpec & {
    readonly updateStrategy: { readonly type: string; readonly rollingUpdate?: RollingUpdate };
  };
}

export interface StatefulSetObject extends WorkloadObject {
  readonly spec: WorkloadSpec & {
    readonly replicas: number;
    readonly serviceName?: string;
    readonly podManagementPolicy: string;
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy: {
      readonly type: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
  readonly status?: { readonly currentRevision?: string };
}
