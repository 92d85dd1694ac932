import type { TypeTable } from "../type-table.ts";

/** Claims of persistent volumes. */
export const claimTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    PersistentVolumeClaim: {
      isObject: true,
      fields: {
        spec: "PersistentVolumeClaimSpec What is wanted.",
        status: "PersistentVolumeClaimStatus What was observed; written by the system.",
      },
    },
    PersistentVolumeClaimSpec: {
      fields: {
        accessModes: "[]string",
        dataSource: "TypedLocalObjectReference",
        dataSourceRef: "TypedObjectReference",
        resources: "VolumeResourceRequirements",
        selector: "LabelSelector",
        storageClassName: "string",
        volumeAttributesClassName: "string",
        volumeMode: "string",
        volumeName: "string",
      },
    },
    PersistentVolumeClaimStatus: {
      fields: {
        accessModes: "[]string",
        allocatedResourceStatuses: "{}string",
        allocatedResources: "{}quantity",
        capacity: "{}quantity",
        conditions: "[type]PersistentVolumeClaimCondition",
        currentVolumeAttributesClassName: "string",
        modifyVolumeStatus: "ModifyVolumeStatus",
        phase: "string",
      },
    },
    PersistentVolumeClaimTemplate: {
      fields: {
        metadata: "ObjectMeta",
        spec: "PersistentVolumeClaimSpec!",
      },
    },
    TypedLocalObjectReference: {
      isAtomic: true,
      fields: {
        apiGroup: "string",
        kind: "string!",
        name: "string!",
      },
    },
    TypedObjectReference: {
      fields: {
        apiGroup: "string",
        kind: "string!",
        name: "string!",
        namespace: "string",
      },
    },
    VolumeResourceRequirements: {
      fields: {
        limits: "{}quantity",
        requests: "{}quantity",
      },
    },
    PersistentVolumeClaimCondition: {
      fields: {
        lastProbeTime: "time",
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    ModifyVolumeStatus: {
      fields: {
        status: "string!",
        targetVolumeAttributesClassName: "string",
      },
    },
  },
};
