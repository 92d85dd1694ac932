import type { TypeTable } from "../type-table.ts";

/** Namespaces and nodes. */
export const nodeTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Namespace: {
      about:
        "A scope for names: objects in different namespaces may share one, and a namespace takes its content with it when it goes.",
      isObject: true,
      fields: {
        spec: "NamespaceSpec What is wanted.",
        status: "NamespaceStatus What was observed; written by the system.",
      },
    },
    Node: {
      about: "A machine that pods run on.",
      isObject: true,
      fields: {
        spec: "NodeSpec What is wanted.",
        status: "NodeStatus What was observed; written by the system.",
      },
    },
    NamespaceSpec: {
      fields: {
        finalizers: "[]string",
      },
    },
    NamespaceStatus: {
      fields: {
        conditions: "[type]NamespaceCondition",
        phase: "string",
      },
    },
    NamespaceCondition: {
      fields: {
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    NodeSpec: {
      fields: {
        configSource: "NodeConfigSource",
        externalID: "string",
        podCIDR:
          "string The range that the node's pods get their addresses from; the first of podCIDRs.",
        podCIDRs: "[mergeset]string The same for each family.",
        providerID: "string",
        taints: "[]Taint Marks that keep pods away unless they tolerate them.",
        unschedulable: "boolean Whether new pods are kept away.",
      },
    },
    NodeStatus: {
      fields: {
        addresses: "[type]NodeAddress How the node is reached.",
        allocatable: "{}quantity What pods may use of it.",
        capacity: "{}quantity What the node has.",
        conditions: "[type]NodeCondition What is true of the node, such as Ready.",
        config: "NodeConfigStatus",
        daemonEndpoints: "NodeDaemonEndpoints",
        declaredFeatures: "[]string",
        features: "NodeFeatures",
        images: "[]ContainerImage",
        nodeInfo: "NodeSystemInfo",
        phase: "string",
        runtimeHandlers: "[]NodeRuntimeHandler",
        volumesAttached: "[]AttachedVolume",
        volumesInUse: "[]string",
      },
    },
    NodeConfigSource: {
      fields: {
        configMap: "ConfigMapNodeConfigSource",
      },
    },
    NodeAddress: {
      fields: {
        address: "string!",
        type: "string!",
      },
    },
    NodeCondition: {
      fields: {
        lastHeartbeatTime: "time",
        lastTransitionTime: "time",
        message: "string",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    NodeConfigStatus: {
      fields: {
        active: "NodeConfigSource",
        assigned: "NodeConfigSource",
        error: "string",
        lastKnownGood: "NodeConfigSource",
      },
    },
    NodeDaemonEndpoints: {
      fields: {
        kubeletEndpoint: "DaemonEndpoint",
      },
    },
    NodeFeatures: {
      fields: {
        supplementalGroupsPolicy: "boolean",
      },
    },
    NodeSystemInfo: {
      fields: {
        architecture: "string!",
        bootID: "string!",
        containerRuntimeVersion: "string!",
        kernelVersion: "string!",
        kubeProxyVersion: "string!",
        kubeletVersion: "string!",
        machineID: "string!",
        operatingSystem: "string!",
        osImage: "string!",
        swap: "NodeSwapStatus",
        systemUUID: "string!",
      },
    },
    NodeRuntimeHandler: {
      fields: {
        features: "NodeRuntimeHandlerFeatures",
        name: "string",
      },
    },
    NodeSwapStatus: {
      fields: {
        capacity: "int64",
      },
    },
    NodeRuntimeHandlerFeatures: {
      fields: {
        recursiveReadOnlyMounts: "boolean",
        userNamespaces: "boolean",
      },
    },
    Taint: {
      fields: {
        effect: "string!",
        key: "string!",
        timeAdded: "time",
        value: "string",
      },
    },
    AttachedVolume: {
      fields: {
        devicePath: "string!",
        name: "string!",
      },
    },
    ContainerImage: {
      fields: {
        names: "[]string",
        sizeBytes: "int64",
      },
    },
    DaemonEndpoint: {
      fields: {
        Port: "int32!",
      },
    },
    ConfigMapNodeConfigSource: {
      fields: {
        kubeletConfigKey: "string!",
        name: "string!",
        namespace: "string!",
        resourceVersion: "string",
        uid: "string",
      },
    },
  },
};
