import type { TypeTable } from "../type-table.ts";

/** Pods: what is wanted. */
export const podTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Pod: {
      about: "Containers that run together on one node and share its network address and volumes.",
      isObject: true,
      fields: {
        spec: "PodSpec What is wanted.",
        status: "PodStatus What was observed; written by the system.",
      },
    },
    PodTemplateSpec: {
      fields: {
        metadata: "ObjectMeta",
        spec: "PodSpec",
      },
    },
    PodSpec: {
      fields: {
        activeDeadlineSeconds: "int64",
        affinity: "Affinity Rules for which nodes the pod may, or should, run on.",
        automountServiceAccountToken: "boolean",
        containers: "[name]Container! The containers; there is at least one.",
        dnsConfig:
          "PodDNSConfig Name servers, search domains and options added to those of the policy.",
        dnsPolicy: "string ClusterFirst, ClusterFirstWithHostNet, Default or None.",
        enableServiceLinks: "boolean",
        ephemeralContainers:
          "[name]EphemeralContainer Containers added to a running pod to look into it.",
        hostAliases: "[ip]HostAlias Lines for the pod's hosts file.",
        hostIPC: "boolean",
        hostNetwork: "boolean Whether the pod uses the node's network instead of one of its own.",
        hostPID: "boolean",
        hostUsers: "boolean",
        hostname: "string The pod's host name; its own name unless said.",
        hostnameOverride: "string",
        imagePullSecrets: "[name]LocalObjectReference",
        initContainers:
          "[name]Container Containers that run one after another, each to its end, before the others start.",
        nodeName: "string The node that the pod is bound to; set by the scheduler.",
        nodeSelector: "{atomic}string Labels that a node must have for the pod.",
        os: "PodOS",
        overhead: "{}quantity",
        preemptionPolicy: "string",
        priority: "int32",
        priorityClassName: "string",
        readinessGates: "[]PodReadinessGate",
        resourceClaims: "[name]PodResourceClaim",
        resources: "ResourceRequirements",
        restartPolicy: "string Always, OnFailure or Never.",
        runtimeClassName: "string",
        schedulerName: "string",
        schedulingGates: "[name]PodSchedulingGate",
        schedulingGroup: "PodSchedulingGroup",
        securityContext: "PodSecurityContext",
        serviceAccount: "string",
        serviceAccountName: "string The identity that the pod runs under.",
        setHostnameAsFQDN: "boolean",
        shareProcessNamespace: "boolean",
        subdomain:
          "string With a headless Service of that name the pod is found in DNS as hostname.subdomain.",
        terminationGracePeriodSeconds: "int64 Seconds between the request to end and the kill.",
        tolerations: "[]Toleration Taints of nodes that the pod puts up with.",
        topologySpreadConstraints:
          "[topologyKey,whenUnsatisfiable]TopologySpreadConstraint How pods are spread over zones and nodes.",
        volumes: "[name]Volume Volumes that the containers may mount.",
      },
    },
    PodDNSConfig: {
      fields: {
        nameservers: "[]string",
        options: "[]PodDNSConfigOption",
        searches: "[]string",
      },
    },
    PodDNSConfigOption: {
      fields: {
        name: "string",
        value: "string",
      },
    },
    PodReadinessGate: {
      fields: {
        conditionType: "string!",
      },
    },
    PodResourceClaim: {
      retainsKeys: true,
      fields: {
        name: "string!",
        resourceClaimName: "string",
        resourceClaimTemplateName: "string",
      },
    },
    PodSchedulingGate: {
      fields: {
        name: "string!",
      },
    },
    PodSchedulingGroup: {
      fields: {
        podGroupName: "string",
      },
    },
    PodOS: {
      fields: {
        name: "string!",
      },
    },
    PodSecurityContext: {
      fields: {
        appArmorProfile: "AppArmorProfile",
        fsGroup: "int64",
        fsGroupChangePolicy: "string",
        runAsGroup: "int64",
        runAsNonRoot: "boolean",
        runAsUser: "int64",
        seLinuxChangePolicy: "string",
        seLinuxOptions: "SELinuxOptions",
        seccompProfile: "SeccompProfile",
        supplementalGroups: "[]int64",
        supplementalGroupsPolicy: "string",
        sysctls: "[]Sysctl",
        windowsOptions: "WindowsSecurityContextOptions",
      },
    },
    HostAlias: {
      fields: {
        hostnames: "[]string",
        ip: "string!",
      },
    },
    Sysctl: {
      fields: {
        name: "string!",
        value: "string!",
      },
    },
    Binding: {
      isObject: true,
      fields: {
        target: "ObjectReference!",
      },
    },
  },
};
