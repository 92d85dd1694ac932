/** Services as a large cluster has them, as the API server's JSON: every feature of a proxy is in use. */

export interface MixObject {
  readonly kind: "Service" | "EndpointSlice";
  readonly collection: string;
  readonly body: Readonly<Record<string, unknown>> & { readonly metadata: object };
}

export const namespace = "bench";
export const endpointsPerService = 5;
/** Each 250 Services share the pods of one node's range; the first node is this one. */
export const nodeName = "node-1";

const nodePorts = 2_700;
const firstNodePort = 30_000;

/**
 * One Service with its slice. Of 100 Services 20 are load balancers with a NodePort, half of these with
 * externalTrafficPolicy Local; 5 have ClientIP affinity, 2 source ranges, 3 internalTrafficPolicy Local, 1 no
 * endpoints, 5 are UDP. NodePorts run out after 13,500 Services, as they do in clusters.
 */
export function mixService(
  index: number,
  shift = 0,
  endpoints = endpointsPerService,
): readonly MixObject[] {
  const name = `service-${index}`;
  const kind = index % 100;
  const isBalancer = kind < 20;
  const protocol = kind >= 50 && kind < 55 ? "UDP" : "TCP";
  const isExternal = isBalancer && Math.floor(index / 5) < nodePorts;
  const port = {
    name: "main",
    protocol,
    port: 80,
    targetPort: 8080,
    ...(isExternal ? { nodePort: firstNodePort + Math.floor(index / 5) } : {}),
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: {
      type: isBalancer ? "LoadBalancer" : "ClusterIP",
      clusterIP: clusterIp(index),
      clusterIPs: [clusterIp(index)],
      ports: [port],
      internalTrafficPolicy: kind >= 60 && kind < 63 ? "Local" : "Cluster",
      ...(isBalancer ? { externalTrafficPolicy: kind < 10 ? "Local" : "Cluster" } : {}),
      ...(kind >= 40 && kind < 45 ? affinity : { sessionAffinity: "None" }),
      ...(kind < 2 ? { loadBalancerSourceRanges: ["198.51.100.0/24", "203.0.113.0/24"] } : {}),
    },
    ...(isBalancer
      ? { status: { loadBalancer: { ingress: [{ ip: balancerIp(index), ipMode: "VIP" }] } } }
      : { status: { loadBalancer: {} } }),
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-a`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "main", protocol, port: 8080 }],
    endpoints: kind === 99 ? [] : endpointsOf(index, shift, endpoints),
  };
  return [
    { kind: "Service", collection: `/api/v1/namespaces/${namespace}/services`, body: service },
    {
      kind: "EndpointSlice",
      collection: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      body: slice,
    },
  ];
}

export function mix(services: number): readonly MixObject[] {
  return Array.from({ length: services }, (_, index) => mixService(index)).flat();
}

const affinity = {
  sessionAffinity: "ClientIP",
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
};

export function clusterIp(index: number): string {
  return dotted(10, 96, index + 1);
}

function balancerIp(index: number): string {
  return dotted(192, 0, index + 1);
}

/** `shift` moves the last endpoint elsewhere: an endpoint swapped for another. */
function endpointsOf(index: number, shift: number, count: number): readonly object[] {
  return Array.from({ length: count }, (_, position) => {
    const isLast = position === count - 1;
    const pod = index * endpointsPerService + position + (isLast ? shift * 200_000 : 0);
    return {
      addresses: [dotted(10, 100, pod + 1)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${(pod % 40) + 1}`,
    };
  });
}

function dotted(first: number, second: number, offset: number): string {
  return `${first}.${second + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}
