import type {
  Endpoint,
  EndpointHints,
  EndpointPort,
  EndpointSlice,
  Kind,
  KindTypes,
  LoadBalancerIngress,
  Namespace,
  Node,
  NodeAddress,
  Pod,
  Service,
  ServiceCIDR,
  ServicePort,
  ServiceTraffic,
} from "../contract.ts";

type Equal<T> = (a: T, b: T) => boolean;

/**
 * Whether two versions of an object mean the same to every reader. Left out on purpose: resourceVersion, and a slice's
 * trigger time, which says when something changed but not what. Namespace and name are the key and so equal already.
 */
export const equivalent: { readonly [K in Kind]: Equal<KindTypes[K]> } = {
  Service: equalServices,
  EndpointSlice: equalSlices,
  Namespace: equalNamespaces,
  Pod: equalPods,
  Node: equalNodes,
  ServiceCIDR: equalServiceCIDRs,
};

function equalServices(a: Service, b: Service): boolean {
  return (
    a.type === b.type &&
    a.headless === b.headless &&
    a.externalName === b.externalName &&
    equalLists(a.clusterIPs, b.clusterIPs, Object.is) &&
    equalLists(a.ports, b.ports, equalServicePorts) &&
    a.createdSeconds === b.createdSeconds &&
    equalTraffic(a.traffic, b.traffic)
  );
}

export function equalTraffic(a: ServiceTraffic, b: ServiceTraffic): boolean {
  if (a === b) return true;
  return (
    a.internalTrafficPolicy === b.internalTrafficPolicy &&
    a.externalTrafficPolicy === b.externalTrafficPolicy &&
    a.healthCheckNodePort === b.healthCheckNodePort &&
    a.affinityTimeoutSeconds === b.affinityTimeoutSeconds &&
    a.proxyName === b.proxyName &&
    a.hasHeadlessLabel === b.hasHeadlessLabel &&
    equalLists(a.externalIPs, b.externalIPs, Object.is) &&
    equalLists(a.loadBalancerIngress, b.loadBalancerIngress, equalIngress) &&
    equalLists(a.loadBalancerSourceRanges, b.loadBalancerSourceRanges, Object.is) &&
    equalMaps(a.annotations, b.annotations)
  );
}

function equalIngress(a: LoadBalancerIngress, b: LoadBalancerIngress): boolean {
  return a.ip === b.ip && a.ipMode === b.ipMode;
}

function equalServicePorts(a: ServicePort, b: ServicePort): boolean {
  return (
    a.port === b.port && a.name === b.name && a.protocol === b.protocol && a.nodePort === b.nodePort
  );
}

function equalSlices(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    a.serviceName === b.serviceName &&
    a.hasHeadlessLabel === b.hasHeadlessLabel &&
    a.addressType === b.addressType &&
    equalLists(a.ports, b.ports, equalEndpointPorts) &&
    equalLists(a.endpoints, b.endpoints, equalEndpoints)
  );
}

function equalEndpointPorts(a: EndpointPort, b: EndpointPort): boolean {
  return a.port === b.port && a.name === b.name && a.protocol === b.protocol;
}

function equalEndpoints(a: Endpoint, b: Endpoint): boolean {
  return (
    a.ready === b.ready &&
    a.serving === b.serving &&
    a.terminating === b.terminating &&
    a.hostname === b.hostname &&
    a.podName === b.podName &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    equalLists(a.addresses, b.addresses, Object.is) &&
    equalHints(a.hints, b.hints)
  );
}

function equalHints(a: EndpointHints | undefined, b: EndpointHints | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return (
    equalLists(a.forZones, b.forZones, Object.is) && equalLists(a.forNodes, b.forNodes, Object.is)
  );
}

function equalNamespaces(a: Namespace, b: Namespace): boolean {
  return equalMaps(a.labels, b.labels);
}

function equalNodes(a: Node, b: Node): boolean {
  return (
    a.isDeleting === b.isDeleting &&
    equalMaps(a.labels, b.labels) &&
    equalMaps(a.annotations, b.annotations) &&
    equalLists(a.addresses, b.addresses, equalNodeAddresses) &&
    equalLists(a.podCIDRs, b.podCIDRs, Object.is) &&
    equalLists(a.taintKeys, b.taintKeys, Object.is)
  );
}

function equalNodeAddresses(a: NodeAddress, b: NodeAddress): boolean {
  return a.type === b.type && a.address === b.address;
}

function equalServiceCIDRs(a: ServiceCIDR, b: ServiceCIDR): boolean {
  return equalLists(a.cidrs, b.cidrs, Object.is);
}

function equalPods(a: Pod, b: Pod): boolean {
  return a.nodeName === b.nodeName && equalLists(a.podIPs, b.podIPs, Object.is);
}

function equalMaps(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  if (a === b) return true;
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length && entries.every(([name, value]) => b[name] === value)
  );
}

function equalLists<T>(a: readonly T[], b: readonly T[], equal: Equal<T>): boolean {
  return (
    a === b || (a.length === b.length && a.every((item, index) => equal(item, b[index] as T))) // lengths match
  );
}
