import type { Values } from "./helm.ts";

/** Values that cannot go together, and the sentence that helm has to end with. */
export const contradictions: readonly (readonly [Values, string])[] = [
  [
    { corefile: ".:53 {\n}\n", configMap: { existingName: "coredns" } },
    "corefile and configMap.existingName=coredns are both set: the Corefile comes from one place, so leave one of them out.",
  ],
  [
    { configMap: { existingName: "coredns" }, dns: { extraPlugins: "log" } },
    "dns.extraPlugins would be ignored: it goes into the generated Corefile, which configMap.existingName replaces.",
  ],
  [
    { corefile: "cluster.local {\n}\n", dns: { extraServerBlocks: "a {\n}" } },
    "dns.extraServerBlocks would be ignored: it goes into the generated Corefile, which corefile replaces.",
  ],
  [
    { corefile: ".:53 {\n}\n" },
    "clusterDomain=cluster.local is nowhere in corefile: give the domain that the Corefile serves.",
  ],
  [
    { corefile: "cluster.local {\n}\n" },
    "corefile has no ready, but readinessProbe asks port 8181: add `ready :8181` to a server block.",
  ],
  [
    { corefile: "cluster.local {\n}\n" },
    "corefile has no prometheus, but the Service's port metrics leads to 9153: add `prometheus :9153` to a server block, or set metrics.enabled=false.",
  ],
  [
    { corefile: "cluster.local {\n  health :8081 {\n  }\n}\n" },
    "corefile says `health :8081`, but livenessProbe asks port 8080: set ports.health=8081 or change the Corefile.",
  ],
  [
    { corefile: "cluster.local {\n  prometheus\n}\n" },
    "corefile says `prometheus` without an address, which is localhost:9153 and out of Prometheus's reach: write `prometheus :9153`.",
  ],
  [
    { dns: { lameduckSeconds: 60 } },
    "terminationGracePeriodSeconds=30 is too short for a lameduck of 60 s: queries in hand take up to 5 s more, so give at least 65.",
  ],
  [
    { corefile: "cluster.local {\n  health {\n    lameduck 26s\n  }\n}\n" },
    "terminationGracePeriodSeconds=30 is too short for a lameduck of 26 s: queries in hand take up to 5 s more, so give at least 31.",
  ],
  [
    { replicas: 3, autoscaling: { enabled: true } },
    "replicas=3 and autoscaling.enabled=true are both set: either the number is fixed or it follows the cluster, see autoscaling.min.",
  ],
  [
    { autoscaling: { enabled: true, min: 5, max: 3 } },
    "autoscaling.min=5 is more than autoscaling.max=3.",
  ],
  [
    { updateStrategy: { maxSurge: 0, maxUnavailable: "0%" } },
    "updateStrategy.maxSurge=0 and updateStrategy.maxUnavailable=0 leave an update no pod to begin with: raise one of them.",
  ],
  [
    { replicas: 1, updateStrategy: { maxUnavailable: 1 } },
    "replicas=1 with updateStrategy.maxUnavailable=1: the cluster would be without DNS during each update; set it to 0.",
  ],
  [
    { podDisruptionBudget: { minAvailable: 1, maxUnavailable: 1 } },
    "podDisruptionBudget.minAvailable=1 and podDisruptionBudget.maxUnavailable=1 exclude each other: set one of them to null.",
  ],
  [
    { podDisruptionBudget: { minAvailable: 2 } },
    "podDisruptionBudget.minAvailable=2 lets no node be drained while there are 2 pods: it has to be less than that.",
  ],
  [
    { service: { clusterIPs: ["10.96.0.11"] } },
    "service.clusterIPs begins with 10.96.0.11 and service.clusterIP is 10.96.0.10: Kubernetes wants the same address in both.",
  ],
  [
    { service: { clusterIPs: ["10.96.0.10", "fd00::a"] } },
    "service.clusterIPs has two addresses, which service.ipFamilyPolicy=SingleStack does not allow: set PreferDualStack or RequireDualStack.",
  ],
  [
    { service: { ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "SingleStack" } },
    "service.ipFamilies has two families, which service.ipFamilyPolicy=SingleStack does not allow.",
  ],
  [
    { serviceAccount: { create: false } },
    "rbac.create=true with serviceAccount.create=false and no serviceAccount.name would give the rights to the namespace's default account, and so to other pods: name an account.",
  ],
  [
    { rbac: { create: false, watchPods: true } },
    "rbac.watchPods=true has no effect with rbac.create=false: whoever makes the roles decides.",
  ],
  ...["serviceMonitor", "prometheusRule", "dashboard"].map((key): readonly [Values, string] => [
    { metrics: { enabled: false }, [key]: { enabled: true } },
    `${key}.enabled=true needs metrics, and metrics.enabled=false.`,
  ]),
  [
    { ports: { health: 8181 } },
    "ports.health=8181, ports.ready=8181 and ports.metrics=9153 have to differ.",
  ],
  [
    { state: { enabled: false }, extraArgs: ["-state-dir=/tmp"] },
    "extraArgs has -state-dir, but state.enabled=false leaves no place to write to.",
  ],
];

/** Values that are wrong by themselves, and where the schema finds them. */
export const mistakes: readonly (readonly [Values, string])[] = [
  [{ replica: 3 }, "additional properties 'replica' not allowed"],
  [{ image: { tagg: "1" } }, "at '/image': additional properties 'tagg' not allowed"],
  [{ replicas: 0 }, "at '/replicas': minimum: got 0, want 1"],
  [{ service: { clusterIP: "None" } }, "at '/service/clusterIP': 'None' does not match pattern"],
  [{ dns: { podRecords: "maybe" } }, "at '/dns/podRecords': value must be one of"],
  [{ dns: { forward: [] } }, "at '/dns/forward': minItems: got 0, want 1"],
  [{ ports: { health: 80 } }, "at '/ports/health': minimum: got 80, want 1,024"],
  [
    { updateStrategy: { maxSurge: "many" } },
    "at '/updateStrategy/maxSurge': 'many' does not match",
  ],
];
