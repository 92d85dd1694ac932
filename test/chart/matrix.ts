import type { Values } from "./helm.ts";

const corefile = `example.test:53 {
    errors
    health :8081 {
        lameduck 10s
    }
    ready
    kubernetes example.test {
        pods verified
    }
    prometheus :9153
}
`;

/** Ways to use the chart. Each renders, and its manifests are valid and can be applied. */
export const matrix: Readonly<Record<string, Values>> = {
  default: {},
  "replace-coredns": { service: { create: false }, configMap: { existingName: "coredns" } },
  "own-corefile": { corefile, clusterDomain: "example.test", ports: { health: 8081 } },
  resolver: {
    clusterDomain: "corp.internal",
    dns: {
      forward: ["192.0.2.53", "192.0.2.54:5353"],
      cacheSeconds: 0,
      podRecords: "verified",
      lameduckSeconds: 10,
      extraPlugins: "hosts {\n    192.0.2.80 intranet.corp\n    fallthrough\n}",
      extraServerBlocks: "stub.corp:53 {\n    forward . 192.0.2.99\n}",
    },
  },
  "dual-stack": {
    service: {
      clusterIP: "10.96.0.10",
      clusterIPs: ["10.96.0.10", "fd00:10:96::a"],
      ipFamilies: ["IPv4", "IPv6"],
      ipFamilyPolicy: "RequireDualStack",
      annotations: { "example.test/owner": "platform" },
    },
  },
  autoscaling: { autoscaling: { enabled: true, max: 40 } },
  monitoring: {
    serviceMonitor: { enabled: true, labels: { release: "prometheus" } },
    prometheusRule: { enabled: true, runbookUrlPrefix: "https://runbooks.example.test" },
    dashboard: { enabled: true, annotations: { "k8s-sidecar-target-directory": "DNS" } },
  },
  policed: {
    networkPolicy: {
      enabled: true,
      metricsFrom: [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
      ],
    },
  },
  placed: {
    replicas: 3,
    fullnameOverride: "dns",
    image: {
      repository: "registry.example.test/fairlead",
      tag: "1.2.3",
      digest: `sha256:${"a".repeat(64)}`,
    },
    imagePullSecrets: [{ name: "registry" }],
    updateStrategy: { maxSurge: "25%", maxUnavailable: 1 },
    podDisruptionBudget: { minAvailable: "50%" },
    topologySpread: { hostname: "DoNotSchedule", zone: "" },
    nodeSelector: { "node-role.kubernetes.io/infra": "" },
    tolerations: [],
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    podLabels: { team: "platform" },
    podAnnotations: { "example.test/note": "yes" },
    serviceAccount: { annotations: { "example.test/role": "dns" } },
    extraArgs: ["-dns.priority", "nice"],
    extraEnv: [{ name: "FAIRLEAD_DNS_TRANSPORT", value: "dgram" }],
  },
  least: {
    replicas: 1,
    metrics: { enabled: false },
    rbac: { create: false },
    serviceAccount: { create: false, name: "dns" },
    podDisruptionBudget: { enabled: false },
    state: { enabled: false },
    priorityClassName: "",
    topologySpread: { hostname: "", zone: "" },
  },
};
