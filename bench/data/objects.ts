import type { ClusterModel, ServiceModel } from "../contract.ts";

/** A Kubernetes object on its way to the API server, with the collection it is created in. */
export interface ApiObject {
  /** For example /api/v1/namespaces/team-1/services. */
  readonly collection: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const sliceNameSuffix = "-bench";

function serviceBody(service: ServiceModel): Readonly<Record<string, unknown>> {
  const ports = [{ name: service.portName, protocol: "TCP", port: service.port }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service.name, namespace: service.namespace },
    // No selector: the slices are written here, and no controller touches them.
    spec: {
      type: "ClusterIP",
      clusterIP: service.kind === "clusterIP" ? service.clusterIP : "None",
      ports,
    },
  };
}

function sliceBodies(service: ServiceModel): readonly Readonly<Record<string, unknown>>[] {
  if (service.kind === "clusterIP") return [];
  return [
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `${service.name}${sliceNameSuffix}`,
        namespace: service.namespace,
        labels: { "kubernetes.io/service-name": service.name },
      },
      addressType: "IPv4",
      ports: [{ name: service.portName, protocol: "TCP", port: service.port }],
      endpoints: service.addresses.map((address) => ({
        addresses: [address],
        conditions: { ready: true, serving: true, terminating: false },
      })),
    },
  ];
}

/** The objects of one service: itself, and its EndpointSlice when it is headless. */
export function serviceObjects(service: ServiceModel): readonly ApiObject[] {
  return [
    {
      collection: `/api/v1/namespaces/${service.namespace}/services`,
      body: serviceBody(service),
    },
    ...sliceBodies(service).map((body) => ({
      collection: `/apis/discovery.k8s.io/v1/namespaces/${service.namespace}/endpointslices`,
      body,
    })),
  ];
}

/** All objects of the model in an order in which they can be created. */
export function clusterObjects(model: ClusterModel): readonly ApiObject[] {
  const namespaces = model.namespaces.map((name) => ({
    collection: "/api/v1/namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
  }));
  return [...namespaces, ...model.services.flatMap(serviceObjects)];
}
