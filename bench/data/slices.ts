import type { ClusterModel, ServiceModel } from "../contract.ts";
import { addressAt } from "./cluster.ts";

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Pods of ClusterIP services; headless ones bring their addresses along. */
const podBase = [10, 160, 0, 0] as const;

/** With so many slices each, 110,000 objects: what a large cluster has. */
export const slicedSize = { clusterIPs: 9_000, headless: 1_000, endpointsPerHeadless: 10 };
export const quickSlicedSize = { clusterIPs: 900, headless: 100, endpointsPerHeadless: 10 };
export const slicesPerService = 10;

export function sliceName(service: ServiceModel, index: number): string {
  return `${service.name}-${index}`;
}

/** EndpointSlices of one endpoint each, `count` for a service: many objects, as controllers other than Kubernetes' write. */
function slicesOf(service: ServiceModel, ordinal: number, count: number): KubernetesObject[] {
  return Array.from({ length: count }, (_, index) => {
    const pod = addressAt(podBase, ordinal * count + index);
    const address = service.kind === "headless" ? (service.addresses[index] ?? pod) : pod;
    return {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: sliceName(service, index),
        namespace: service.namespace,
        labels: { "kubernetes.io/service-name": service.name },
      },
      addressType: "IPv4",
      ports: [{ name: service.portName, protocol: "TCP", port: service.port }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    };
  });
}

/** The model's namespaces and services with that many slices a service, in an order in which they can be created. */
export function* slicedCluster(
  model: ClusterModel,
  slicesPerService: number,
): Generator<KubernetesObject> {
  for (const name of model.namespaces)
    yield { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  for (const [ordinal, service] of model.services.entries()) {
    const { name, namespace } = service;
    const clusterIP = service.kind === "clusterIP" ? service.clusterIP : "None";
    const ports = [{ name: service.portName, protocol: "TCP", port: service.port }];
    const spec = { type: "ClusterIP", clusterIP, ports };
    yield { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
    yield* slicesOf(service, ordinal, slicesPerService);
  }
}
