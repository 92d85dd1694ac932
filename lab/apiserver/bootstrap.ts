import { AddressRange } from "./allocation/address-range.ts";
import type { KubeObject, ObjectApi } from "./contract.ts";
import { serviceNameLabel } from "./controllers/endpoint-slices/owner.ts";
import { skipMirrorLabel } from "./controllers/endpoints/mirror-controller.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** How far behind the start of the service range the well-known Services are: 10.96.0.1 and 10.96.0.10 by default. */
export const kubernetesOffset = 1;
const kubeDnsOffset = 10;

/** Makes the objects that every cluster has before anyone has asked for anything. */
export function bootstrap(
  objects: ObjectApi,
  serviceCidr: string,
  serviceCidrs: readonly string[],
): void {
  const range = new AddressRange(serviceCidr);
  provide(objects, {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "kubernetes" },
    spec: { cidrs: serviceCidrs },
  });
  for (const name of namespaces)
    provide(objects, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  provide(objects, kubernetesService(range.at(kubernetesOffset)));
  // A range too small for ten Services gets its kube-dns address like any other.
  const kubeDnsAddress = range.at(kubeDnsOffset);
  provide(objects, kubeDnsService(range.contains(kubeDnsAddress) ? kubeDnsAddress : undefined));
}

/** A store that was there before has most of it, perhaps changed: that stays. */
function provide(objects: ObjectApi, object: KubeObject): void {
  if (objects.get({ ...object, ...object.metadata }) === undefined) objects.create(object);
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

/** The server's own endpoint as the slice and the Endpoints of Service kubernetes, which has no selector. */
export function publishOwnEndpoint(objects: ObjectApi, host: string, port: number): void {
  const place = { name: "kubernetes", namespace: "default" };
  const ports = [{ name: "https", protocol: "TCP", port }];
  put(objects, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...place, labels: { [serviceNameLabel]: "kubernetes" } },
    addressType: host.includes(":") ? "IPv6" : "IPv4",
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports,
  });
  put(objects, {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...place, labels: { [skipMirrorLabel]: "true" } },
    subsets: [{ addresses: [{ ip: host }], ports }],
  });
}

function put(objects: ObjectApi, object: KubeObject): void {
  if (objects.get({ ...object, ...object.metadata }) === undefined) objects.create(object);
  else objects.replace(object);
}
