/** Services as a large cluster has them, as the API server's JSON: every feature of a proxy is in use. */
import type { KubeObject } from "#lab/apiserver/contract.ts";
import type { ProbeService, ServiceObjects, Variant } from "../contract.ts";

export const namespace = "bench";
export const nodeName = "node-1";
export const serviceCidr = "10.96.0.0/16";
export const endpointsPerService = 5;

/** The first addresses of the range are the API server's own and those it deals first. */
const firstAddress = 16;
/** NodePorts run out after 13,500 Services, as they do in clusters. */
const nodePorts = 2_700;
const firstNodePort = 30_000;
/** Of a hundred Services. */
const balancers = 20;
const nodes = 40;
const movedAway = 200_000;

const affinity = {
  sessionAffinity: "ClientIP",
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
};

/**
 * The Service of an index, with its slice. Of 100 Services 20 are load balancers with a NodePort, half of these with
 * externalTrafficPolicy Local; 5 have ClientIP affinity, 2 source ranges, 3 internalTrafficPolicy Local, 1 no
 * endpoints, 5 are UDP.
 */
export function mixService(index: number, variant: Variant = {}): ServiceObjects {
  return { service: serviceOf(index), slice: mixSlice(index, variant) };
}

/** The Services of a cluster of that size, one after another: 30,000 at once would be memory that no proxy holds. */
export function* mix(services: number): Generator<ServiceObjects> {
  for (let index = 0; index < services; index += 1) yield mixService(index);
}

export function mixSlice(index: number, variant: Variant = {}): KubeObject {
  const endpoints = hasEndpoints(index) ? endpointsOf(index, variant) : [];
  const { name, protocol } = headOf(index);
  return slice(name, { name: "main", protocol, port: 8080 }, endpoints);
}

/** Every hundredth Service has none. */
export function hasEndpoints(index: number): boolean {
  return index % 100 !== 99;
}

export function clusterIp(index: number): string {
  return dotted(10, 96, index + firstAddress);
}

export function probeObjects(probe: ProbeService): ServiceObjects {
  const { name, endpoint } = probe;
  const port = { name: "main", protocol: "TCP", port: endpoint.port };
  const ready = { ready: true, serving: true, terminating: false };
  const spec = clusterIpSpec(probe.clusterIp, [{ ...port, port: probe.port }]);
  return {
    service: service(name, { type: "ClusterIP", ...spec, sessionAffinity: "None" }, {}),
    slice: slice(name, port, [{ addresses: [endpoint.address], conditions: ready, nodeName }]),
  };
}

function serviceOf(index: number): KubeObject {
  const kind = index % 100;
  const isBalancer = kind < balancers;
  const { name, protocol } = headOf(index);
  const nodePort = Math.floor(index / 100) * balancers + kind;
  const port = {
    name: "main",
    protocol,
    port: 80,
    targetPort: 8080,
    ...(isBalancer && nodePort < nodePorts ? { nodePort: firstNodePort + nodePort } : {}),
  };
  const spec = {
    type: isBalancer ? "LoadBalancer" : "ClusterIP",
    ...clusterIpSpec(clusterIp(index), [port]),
    internalTrafficPolicy: kind >= 60 && kind < 63 ? "Local" : "Cluster",
    ...(isBalancer ? { externalTrafficPolicy: kind < 10 ? "Local" : "Cluster" } : {}),
    ...(isBalancer && nodePort >= nodePorts ? { allocateLoadBalancerNodePorts: false } : {}),
    ...(kind >= 40 && kind < 45 ? affinity : { sessionAffinity: "None" }),
    ...(kind < 2 ? { loadBalancerSourceRanges: ["198.51.100.0/24", "203.0.113.0/24"] } : {}),
  };
  const ingress = [{ ip: dotted(192, 0, index + 1), ipMode: "VIP" }];
  return service(name, spec, isBalancer ? { ingress } : {});
}

function headOf(index: number): { readonly name: string; readonly protocol: string } {
  const kind = index % 100;
  return { name: `service-${index}`, protocol: kind >= 50 && kind < 55 ? "UDP" : "TCP" };
}

function clusterIpSpec(address: string, ports: readonly object[]): object {
  return { clusterIP: address, clusterIPs: [address], ports };
}

function service(name: string, spec: object, loadBalancer: object): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec,
    status: { loadBalancer },
  };
}

function slice(name: string, port: object, endpoints: readonly object[]): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-a`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [port],
    endpoints,
  };
}

function endpointsOf(
  index: number,
  { shift = 0, endpoints = endpointsPerService }: Variant,
): readonly object[] {
  return Array.from({ length: endpoints }, (_, position) => {
    const moved = position === endpoints - 1 ? shift * movedAway : 0;
    const pod = index * endpointsPerService + position + moved;
    return {
      addresses: [dotted(10, 100, pod + 1)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${(pod % nodes) + 1}`,
    };
  });
}

function dotted(first: number, second: number, offset: number): string {
  return `${first}.${second + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}
