import { AddressRange } from "./allocation/address-range.ts";
import type { KubeObject, ObjectApi } from "./contract.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** How far behind the start of the service range the well-known Services are: 10.96.0.1 and 10.96.0.10 by default. */
export const kubernetesOffset = 1;
const kubeDnsOffset = 10;

/** Makes the objects that every cluster has before anyone has asked for anything. */
export function bootstrap(objects: ObjectApi, serviceCidr: string): void {
  const range = new AddressRange(serviceCidr);
  for (const name of namespaces)
    objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  objects.create(kubernetesService(range.at(kubernetesOffset)));
  // A range too small for ten Services gets its kube-dns address like any other.
  const kubeDnsAddress = range.at(kubeDnsOffset);
  objects.create(kubeDnsService(range.contains(kubeDnsAddress) ? kubeDnsAddress : undefined));
}

function kubernetesService(clusterIP: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: { clusterIP, ports: [{ name: "https", port: 443, targetPort: 6443 }] },
  };
}

function kubeDnsService(clusterIP: string | undefined): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: {
        "k8s-app": "kube-dns",
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
      },
    },
    spec: {
      ...(clusterIP === undefined ? {} : { clusterIP }),
      selector: { "k8s-app": "kube-dns" },
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
        { name: "metrics", port: 9153, protocol: "TCP" },
      ],
    },
  };
}

/** The server's own endpoint as the EndpointSlice of Service kubernetes, which has no selector. */
export function publishOwnEndpoint(objects: ObjectApi, host: string, port: number): void {
  const slice: KubeObject = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: host.includes(":") ? "IPv6" : "IPv4",
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: "https", protocol: "TCP", port }],
  };
  if (objects.get({ ...slice, ...slice.metadata }) === undefined) objects.create(slice);
  else objects.replace(slice);
}
