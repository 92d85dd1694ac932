import type { TypeTable } from "../type-table.ts";

/** Workloads. */
export const appsTypes: TypeTable = {
  prefix: "io.k8s.api.apps.v1",
  group: "apps",
  types: {
    Deployment: {
      about:
        "Keeps a number of like pods running and replaces them step by step when their template changes.",
      isObject: true,
      fields: {
        spec: "DeploymentSpec What is wanted.",
        status: "DeploymentStatus What was observed; written by the system.",
      },
    },
    ReplicaSet: {
      about: "Keeps a number of like pods running.",
      isObject: true,
      fields: {
        spec: "ReplicaSetSpec What is wanted.",
        status: "ReplicaSetStatus What was observed; written by the system.",
      },
    },
    DaemonSet: {
      about: "Keeps a pod on every node that it fits.",
      isObject: true,
      fields: {
        spec: "DaemonSetSpec What is wanted.",
        status: "DaemonSetStatus What was observed; written by the system.",
      },
    },
    StatefulSet: {
      about: "Keeps pods running that each have a lasting name, and storage if they ask for it.",
      isObject: true,
      fields: {
        spec: "StatefulSetSpec What is wanted.",
        status: "StatefulSetStatus What was observed; written by the system.",
      },
    },
    ControllerRevision: {
      about: "A state that a DaemonSet or StatefulSet can go back to.",
      isObject: true,
      fields: {
        data: "any What the state is.",
        revision: "int64! Counts up with each new state.",
      },
    },
    DeploymentSpec: {
      fields: {
        minReadySeconds: "int32",
        paused: "boolean",
        progressDeadlineSeconds: "int32",
        replicas: "int32 How many pods; 1 unless said.",
        revisionHistoryLimit: "int32",
        selector: "LabelSelector! Labels by which the pods are known as its own; never changes.",
        strategy: "DeploymentStrategy How old pods give way to new ones.",
        template: "PodTemplateSpec! What the pods look like.",
      },
    },
    DeploymentStatus: {
      fields: {
        availableReplicas: "int32",
        collisionCount: "int32",
        conditions: "[type]DeploymentCondition",
        observedGeneration: "int64",
        readyReplicas: "int32",
        replicas: "int32",
        terminatingReplicas: "int32",
        unavailableReplicas: "int32",
        updatedReplicas: "int32",
      },
    },
    ReplicaSetSpec: {
      fields: {
        minReadySeconds: "int32",
        replicas: "int32 How many pods; 1 unless said.",
        selector: "LabelSelector! Labels by which the pods are known as its own; never changes.",
        template: "PodTemplateSpec What the pods look like.",
      },
    },
    ReplicaSetStatus: {
      fields: {
        availableReplicas: "int32",
        conditions: "[type]ReplicaSetCondition",
        fullyLabeledReplicas: "int32",
        observedGeneration: "int64",
        readyReplicas: "int32",
        replicas: "int32!",
        terminatingReplicas: "int32",
      },
    },
    DaemonSetSpec: {
      fields: {
        minReadySeconds: "int32",
        revisionHistoryLimit: "int32",
        selector: "LabelSelector! Labels by which the pods are known as its own; never changes.",
        template: "PodTemplateSpec! What the pods look like.",
        updateStrategy: "DaemonSetUpdateStrategy",
      },
    },
    DaemonSetStatus: {
      fields: {
        collisionCount: "int32",
        conditions: "[type]DaemonSetCondition",
        currentNumberScheduled: "int32!",
        desiredNumberScheduled: "int32!",
        numberAvailable: "int32",
        numberMisscheduled: "int32!",
        numberReady: "int32!",
        numberUnavailable: "int32",
        observedGeneration: "int64",
        updatedNumberScheduled: "int32",
      },
    },
    StatefulSetSpec: {
      fields: {
        minReadySeconds: "int32",
        ordinals: "StatefulSetOrdinals",
        persistentVolumeClaimRetentionPolicy: "StatefulSetPersistentVolumeClaimRetentionPolicy",
        podManagementPolicy: "string",
        replicas: "int32 How many pods; 1 unless said.",
        revisionHistoryLimit: "int32",
        selector: "LabelSelector! Labels by which the pods are known as its own; never changes.",
        serviceName: "string The headless Service that gives the pods their names in DNS.",
        template: "PodTemplateSpec! What the pods look like.",
        updateStrategy: "StatefulSetUpdateStrategy",
        volumeClaimTemplates: "[]PersistentVolumeClaim",
      },
    },
    StatefulSetStatus: {
      fields: {
        availableReplicas: "int32",
        collisionCount: "int32",
        conditions: "[type]StatefulSetCondition",
        currentReplicas: "int32",
        currentRevision: "string",
        observedGeneration: "int64",
        readyReplicas: "int32",
        replicas: "int32!",
        updateRevision: "string",
        updatedReplicas: "int32",
      },
    },
    DeploymentStrategy: {
      retainsKeys: true,
      fields: {
        rollingUpdate: "RollingUpdateDeployment",
        type: "string",
      },
    },
    DeploymentCondition: {
      fields: {
        lastTransitionTime: "time",
        lastUpdateTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    ReplicaSetCondition: {
      fields: {
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    DaemonSetUpdateStrategy: {
      fields: {
        rollingUpdate: "RollingUpdateDaemonSet",
        type: "string",
      },
    },
    DaemonSetCondition: {
      fields: {
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    StatefulSetOrdinals: {
      fields: {
        start: "int32",
      },
    },
    StatefulSetPersistentVolumeClaimRetentionPolicy: {
      fields: {
        whenDeleted: "string",
        whenScaled: "string",
      },
    },
    StatefulSetUpdateStrategy: {
      fields: {
        rollingUpdate: "RollingUpdateStatefulSetStrategy",
        type: "string",
      },
    },
    StatefulSetCondition: {
      fields: {
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    RollingUpdateDeployment: {
      fields: {
        maxSurge: "intOrString",
        maxUnavailable: "intOrString",
      },
    },
    RollingUpdateDaemonSet: {
      fields: {
        maxSurge: "intOrString",
        maxUnavailable: "intOrString",
      },
    },
    RollingUpdateStatefulSetStrategy: {
      fields: {
        maxUnavailable: "intOrString",
        partition: "int32",
      },
    },
  },
};
