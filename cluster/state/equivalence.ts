import type {
  Endpoint,
  EndpointPort,
  EndpointSlice,
  Kind,
  KindTypes,
  Namespace,
  Pod,
  Service,
  ServicePort,
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
};

function equalServices(a: Service, b: Service): boolean {
  return (
    a.type === b.type &&
    a.headless === b.headless &&
    a.externalName === b.externalName &&
    equalLists(a.clusterIPs, b.clusterIPs, Object.is) &&
    equalLists(a.ports, b.ports, equalServicePorts)
  );
}

function equalServicePorts(a: ServicePort, b: ServicePort): boolean {
  return a.port === b.port && a.name === b.name && a.protocol === b.protocol;
}

function equalSlices(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    a.serviceName === b.serviceName &&
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
    a.hostname === b.hostname &&
    a.podName === b.podName &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    equalLists(a.addresses, b.addresses, Object.is)
  );
}

function equalNamespaces(a: Namespace, b: Namespace): boolean {
  const labels = Object.entries(a.labels);
  return (
    labels.length === Object.keys(b.labels).length &&
    labels.every(([name, value]) => b.labels[name] === value)
  );
}

function equalPods(a: Pod, b: Pod): boolean {
  return a.nodeName === b.nodeName && equalLists(a.podIPs, b.podIPs, Object.is);
}

function equalLists<T>(a: readonly T[], b: readonly T[], equal: Equal<T>): boolean {
  return (
    a === b || (a.length === b.length && a.every((item, index) => equal(item, b[index] as T))) // lengths match
  );
}
