import type { TypeTable } from "../type-table.ts";

/** Pods: what was observed. */
export const podStatusTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    PodStatus: {
      fields: {
        allocatedResources: "{}quantity",
        conditions: "[type]PodCondition What is true of the pod, such as Ready.",
        containerStatuses: "[]ContainerStatus State of each container.",
        ephemeralContainerStatuses: "[]ContainerStatus",
        extendedResourceClaimStatus: "PodExtendedResourceClaimStatus",
        hostIP: "string Address of the node.",
        hostIPs: "[~ip]HostIP",
        initContainerStatuses: "[]ContainerStatus",
        message: "string",
        nodeAllocatableResourceClaimStatuses:
          "[resourceClaimName]NodeAllocatableResourceClaimStatus",
        nominatedNodeName: "string",
        observedGeneration: "int64",
        phase: "string Pending, Running, Succeeded, Failed or Unknown.",
        podIP: "string The pod's address; the first of podIPs.",
        podIPs: "[ip]PodIP The pod's addresses, at most one of each family.",
        qosClass: "string",
        reason: "string",
        resize: "string",
        resourceClaimStatuses: "[name]PodResourceClaimStatus",
        resources: "ResourceRequirements",
        startTime: "time",
      },
    },
    PodCondition: {
      fields: {
        lastProbeTime: "time",
        lastTransitionTime: "time",
        message: "string",
        observedGeneration: "int64",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    PodIP: {
      fields: {
        ip: "string!",
      },
    },
    HostIP: {
      fields: {
        ip: "string!",
      },
    },
    PodResourceClaimStatus: {
      retainsKeys: true,
      fields: {
        name: "string!",
        resourceClaimName: "string",
      },
    },
    PodExtendedResourceClaimStatus: {
      fields: {
        requestMappings: "[]ContainerExtendedResourceRequest!",
        resourceClaimName: "string!",
      },
    },
    NodeAllocatableResourceClaimStatus: {
      fields: {
        containers: "[set]string",
        resourceClaimName: "string!",
        resources: "{}quantity!",
      },
    },
    ContainerExtendedResourceRequest: {
      fields: {
        containerName: "string!",
        requestName: "string!",
        resourceName: "string!",
      },
    },
    ContainerStatus: {
      fields: {
        allocatedResources: "{}quantity",
        allocatedResourcesStatus: "[name]ResourceStatus",
        containerID: "string",
        image: "string!",
        imageID: "string!",
        lastState: "ContainerState",
        name: "string!",
        ready: "boolean!",
        resources: "ResourceRequirements",
        restartCount: "int32!",
        started: "boolean",
        state: "ContainerState",
        stopSignal: "string",
        user: "ContainerUser",
        volumeMounts: "[mountPath]VolumeMountStatus",
      },
    },
    ContainerState: {
      fields: {
        running: "ContainerStateRunning",
        terminated: "ContainerStateTerminated",
        waiting: "ContainerStateWaiting",
      },
    },
    ContainerUser: {
      fields: {
        linux: "LinuxContainerUser",
      },
    },
    ContainerStateRunning: {
      fields: {
        startedAt: "time",
      },
    },
    ContainerStateTerminated: {
      fields: {
        containerID: "string",
        exitCode: "int32!",
        finishedAt: "time",
        message: "string",
        reason: "string",
        signal: "int32",
        startedAt: "time",
      },
    },
    ContainerStateWaiting: {
      fields: {
        message: "string",
        reason: "string",
      },
    },
    LinuxContainerUser: {
      fields: {
        gid: "int64!",
        supplementalGroups: "[]int64",
        uid: "int64!",
      },
    },
    ResourceStatus: {
      fields: {
        name: "string!",
        resources: "[=resourceID]ResourceHealth",
      },
    },
    ResourceHealth: {
      fields: {
        health: "string",
        message: "string",
        resourceID: "string!",
      },
    },
    VolumeMountStatus: {
      fields: {
        mountPath: "string!",
        name: "string!",
        readOnly: "boolean",
        recursiveReadOnly: "string",
        volumeStatus: "VolumeStatus",
      },
    },
    VolumeStatus: {
      fields: {
        image: "ImageVolumeStatus",
      },
    },
    ImageVolumeStatus: {
      fields: {
        imageRef: "string!",
      },
    },
  },
};
