import { describe, expect, it } from "vitest";
import type {
  Endpoint,
  EndpointSlice,
  Namespace,
  Node,
  Pod,
  Service,
  ServiceCIDR,
  ServiceTraffic,
  SlimObject,
} from "../contract.ts";
import {
  plainEndpoint,
  plainNode,
  plainPort,
  plainService,
  plainSlice,
  plainTraffic,
} from "../testing/slim.ts";
import { equivalent } from "./equivalence.ts";

const port = plainPort;
const endpoint: Endpoint = {
  ...plainEndpoint,
  addresses: ["10.1.0.1"],
  hostname: "h",
  podName: "p",
  nodeName: "n",
  zone: "z",
  hints: { forZones: ["z"], forNodes: ["n"] },
};
const traffic: ServiceTraffic = {
  ...plainTraffic,
  loadBalancerIngress: [{ ip: "192.0.2.1", ipMode: "VIP" }],
  annotations: { "fairlead.dev/balancing": "maglev" },
};

const service: Service = { ...plainService, clusterIPs: ["10.0.0.1"], ports: [port], traffic };
const slice: EndpointSlice = { ...plainSlice, endpoints: [endpoint], ports: [port] };
const namespace: Namespace = {
  namespace: "",
  name: "a",
  resourceVersion: "1",
  labels: { team: "a" },
};
const pod: Pod = {
  namespace: "a",
  name: "b",
  resourceVersion: "1",
  podIPs: ["10.1.0.1"],
  nodeName: "n",
};
const node: Node = {
  ...plainNode,
  labels: { "topology.kubernetes.io/zone": "z" },
  annotations: { "fairlead.dev/mtu": "1400" },
  addresses: [{ type: "InternalIP", address: "192.0.2.9" }],
  podCIDRs: ["10.1.0.0/24"],
};
const serviceCIDR: ServiceCIDR = {
  namespace: "",
  name: "kubernetes",
  resourceVersion: "1",
  cidrs: ["10.0.0.0/16"],
};

const endpoints = (change: Partial<Endpoint>) => ({ endpoints: [{ ...endpoint, ...change }] });
const carried = (change: Partial<ServiceTraffic>) => ({ traffic: { ...traffic, ...change } });

describe("a change that matters", () => {
  const services: readonly Partial<Service>[] = [
    { type: "NodePort" },
    { clusterIPs: ["10.0.0.2"] },
    { clusterIPs: ["10.0.0.1", "fd00::1"] },
    { headless: true },
    { externalName: "x" },
    { ports: [] },
    { ports: [{ ...port, port: 81 }] },
    { ports: [{ ...port, name: "web" }] },
    { ports: [{ ...port, protocol: "UDP" }] },
    { ports: [{ ...port, nodePort: 30_080 }] },
    { createdSeconds: 1 },
    carried({ internalTrafficPolicy: "Local" }),
    carried({ externalTrafficPolicy: "Local" }),
    carried({ externalIPs: ["192.0.2.2"] }),
    carried({ loadBalancerIngress: [] }),
    carried({ loadBalancerIngress: [{ ip: "192.0.2.2", ipMode: "VIP" }] }),
    carried({ loadBalancerIngress: [{ ip: "192.0.2.1", ipMode: "Proxy" }] }),
    carried({ loadBalancerSourceRanges: ["192.0.2.0/24"] }),
    carried({ healthCheckNodePort: 32_000 }),
    carried({ affinityTimeoutSeconds: 10_800 }),
    carried({ proxyName: "other" }),
    carried({ hasHeadlessLabel: true }),
    carried({ annotations: {} }),
  ];
  it.each(services)("Service %j", (change) => {
    expect(equivalent.Service(service, { ...service, ...change })).toBe(false);
  });

  const slices: readonly Partial<EndpointSlice>[] = [
    { serviceName: "c" },
    { addressType: "IPv6" },
    { hasHeadlessLabel: true },
    { ports: [{ ...port, port: undefined }] },
    { endpoints: [] },
    endpoints({ addresses: ["10.1.0.2"] }),
    endpoints({ ready: false }),
    endpoints({ hostname: undefined }),
    endpoints({ podName: "q" }),
    endpoints({ nodeName: "m" }),
    endpoints({ zone: "y" }),
    endpoints({ serving: false }),
    endpoints({ terminating: true }),
    endpoints({ hints: undefined }),
    endpoints({ hints: { forZones: ["y"], forNodes: ["n"] } }),
    endpoints({ hints: { forZones: ["z"], forNodes: [] } }),
  ];
  it.each(slices)("EndpointSlice %j", (change) => {
    expect(equivalent.EndpointSlice(slice, { ...slice, ...change })).toBe(false);
  });

  it.each([{}, { team: "b" }, { team: "a", tier: "1" }, { tame: "a" }])(
    "Namespace %j",
    (labels) => {
      expect(equivalent.Namespace(namespace, { ...namespace, labels })).toBe(false);
    },
  );

  it.each([{ podIPs: [] }, { podIPs: ["10.1.0.2"] }, { nodeName: "m" }])("Pod %j", (change) => {
    expect(equivalent.Pod(pod, { ...pod, ...change })).toBe(false);
  });
});

describe("a change of what is cluster-wide that matters", () => {
  const nodes: readonly Partial<Node>[] = [
    { labels: {} },
    { annotations: {} },
    { addresses: [] },
    { addresses: [{ type: "ExternalIP", address: "192.0.2.9" }] },
    { podCIDRs: [] },
    { taintKeys: ["ToBeDeletedByClusterAutoscaler"] },
    { isDeleting: true },
  ];
  it.each(nodes)("Node %j", (change) => {
    expect(equivalent.Node(node, { ...node, ...change })).toBe(false);
  });

  it("a ServiceCIDR's ranges", () => {
    const wider = { ...serviceCIDR, cidrs: ["10.0.0.0/15"] };
    expect(equivalent.ServiceCIDR(serviceCIDR, wider)).toBe(false);
  });
});

describe("a change that does not", () => {
  it("is a new version of an otherwise equal object", () => {
    const again = <T extends SlimObject>(object: T): T => ({
      ...structuredClone(object),
      resourceVersion: "2",
    });
    expect(equivalent.Service(service, again(service))).toBe(true);
    expect(equivalent.EndpointSlice(slice, again(slice))).toBe(true);
    expect(equivalent.Namespace(namespace, again(namespace))).toBe(true);
    expect(equivalent.Pod(pod, again(pod))).toBe(true);
    expect(equivalent.Node(node, again(node))).toBe(true);
    expect(equivalent.ServiceCIDR(serviceCIDR, again(serviceCIDR))).toBe(true);
  });

  it("is a slice's trigger time", () => {
    expect(equivalent.EndpointSlice(slice, { ...slice, lastChangeTriggerTimeMs: 5 })).toBe(true);
  });
});
