import { expect, test } from "vitest";
import type { BalancedCluster, BalancedNode, BalancedService } from "./contract.ts";
import { planBalancer } from "./plan.ts";

const node = (name: string, address: string, ready = "True", labels = {}): BalancedNode => ({
  metadata: { name, labels },
  status: {
    addresses: [
      { type: "Hostname", address: name },
      { type: "InternalIP", address },
    ],
    conditions: [{ type: "Ready", status: ready }],
  },
});
const service = (ip: string | undefined, spec: BalancedService["spec"]): BalancedService => ({
  metadata: { name: "web", namespace: "shop" },
  spec: { type: "LoadBalancer", ...spec },
  status: { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } },
});
const slice = (nodeName: string, ready: boolean, name = "web", namespace = "shop") => ({
  metadata: { namespace, labels: { "kubernetes.io/service-name": name } },
  endpoints: [{ nodeName, conditions: { ready } }],
});

const cluster: BalancedCluster = {
  services: [service("172.30.1.1", {})],
  slices: [
    slice("n1", false),
    slice("n2", true),
    slice("n3", true, "other"),
    slice("n3", true, "web", "x"),
  ],
  nodes: [node("n2", "172.30.0.3"), node("n1", "172.30.0.2"), node("n3", "172.30.0.4")],
};

test.each<[string, Partial<BalancedCluster>, object]>([
  ["all nodes", {}, { "172.30.1.1": ["172.30.0.2", "172.30.0.3", "172.30.0.4"] }],
  [
    "nodes with a ready endpoint for Local",
    { services: [service("172.30.1.1", { externalTrafficPolicy: "Local" })] },
    { "172.30.1.1": ["172.30.0.3"] },
  ],
  [
    "no node that is not ready or wants none",
    {
      nodes: [
        node("n1", "172.30.0.2", "Unknown"),
        node("n2", "172.30.0.3"),
        node("n3", "172.30.0.4", "True", {
          "node.kubernetes.io/exclude-from-external-load-balancers": "",
        }),
      ],
    },
    { "172.30.1.1": ["172.30.0.3"] },
  ],
  ["nothing without nodes", { nodes: [] }, {}],
  ["nothing without an address", { services: [service(undefined, {})] }, {}],
  ["nothing for other types", { services: [service("172.30.1.1", { type: "ClusterIP" })] }, {}],
])("%s", (_, changes, expected) => {
  expect(Object.fromEntries(planBalancer({ ...cluster, ...changes }))).toEqual(expected);
});
