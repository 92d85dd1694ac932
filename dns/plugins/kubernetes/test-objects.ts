/**
 * Cluster objects for the tests of this folder, written as words.
 *
 *   service("web.shop ClusterIP 10.0.0.1,fd00::1 http/TCP/80")    type, ClusterIPs, ports
 *   service("web.shop headless http/TCP/80")
 *   service("web.shop ExternalName example.org")
 *   slice("web-1.shop of web IPv4 http/TCP/80 | 10.1.0.1 10.1.0.2=host 10.1.0.3@pod 10.1.0.4!")
 *                                                                  `!` is not ready; a port `-` has no number
 */
import type {
  Endpoint,
  EndpointPort,
  EndpointSlice,
  Namespace,
  Pod,
  Protocol,
  Service,
  ServicePort,
} from "#cluster/contract.ts";

import { plainEndpoint, plainPort, plainService, plainSlice } from "#cluster/testing/slim.ts";

interface ObjectHead {
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion: string;
}

function headOf(text: string): ObjectHead {
  const [name = "", namespace = ""] = text.split(".");
  return { name, namespace, resourceVersion: "1" };
}

function portOf(text: string): EndpointPort {
  const [name = "", protocol, port] = text.split("/");
  // The words of the tests are the protocols' own.
  const head = { name, protocol: protocol as Protocol };
  return port === "-" ? head : { ...head, port: Number(port) };
}

const servicePortOf = (text: string): ServicePort => ({
  ...plainPort,
  ...portOf(text),
  port: Number(text.split("/")[2]),
});

export function service(text: string): Service {
  const [name = "", type = "", ...words] = text.split(" ");
  const head = { ...plainService, ...headOf(name) };
  if (type === "ExternalName") return { ...head, type, externalName: words[0] };
  if (type === "headless")
    return { ...head, type: "ClusterIP", headless: true, ports: words.map(servicePortOf) };
  const [clusterIPs = "", ...ports] = words;
  return {
    ...head,
    // ClusterIP, NodePort or LoadBalancer, as the tests write them.
    type: type as Service["type"],
    clusterIPs: clusterIPs.split(","),
    ports: ports.map(servicePortOf),
  };
}

function endpointOf(text: string): Endpoint {
  const [, addresses = "", hostname, podName, unready] =
    /^([^=@!]+)(?:=([^@!]*))?(?:@([^!]*))?(!)?$/.exec(text) ?? [];
  return {
    ...plainEndpoint,
    addresses: addresses.split(","),
    ready: unready === undefined,
    ...(hostname === undefined ? {} : { hostname }),
    ...(podName === undefined ? {} : { podName }),
  };
}

export function slice(text: string): EndpointSlice {
  const [head = "", endpoints = ""] = text.split("|");
  const [name = "", , serviceName = "", addressType, ...ports] = head.trim().split(/ +/);
  return {
    ...plainSlice,
    ...headOf(name),
    serviceName,
    addressType: addressType as EndpointSlice["addressType"],
    ports: ports.map(portOf),
    endpoints: endpoints.split(" ").filter(Boolean).map(endpointOf),
  };
}

export const namespace = (name: string): Namespace => ({
  name,
  namespace: "",
  resourceVersion: "1",
  labels: {},
});

/** pod("a.shop 10.1.0.1 fd00::1") */
export function pod(text: string): Pod {
  const [name = "", ...podIPs] = text.split(" ");
  return { ...headOf(name), podIPs };
}
