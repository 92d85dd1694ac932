import type { Shape } from "./shape.ts";

/** metadata of every kind. */
const metadata: Shape = {
  fields: {
    name: "string",
    generateName: "string",
    namespace: "string",
    uid: "string",
    resourceVersion: "string",
    labels: "stringMap",
    annotations: "stringMap",
    finalizers: { list: "string" },
    ownerReferences: {
      list: { fields: { apiVersion: "string", kind: "string", name: "string", uid: "string" } },
    },
  },
};

const servicePort: Shape = {
  fields: {
    name: "string",
    protocol: "string",
    port: "integer",
    targetPort: "intOrString",
    nodePort: "integer",
    appProtocol: "string",
  },
};

const service: Shape = {
  fields: {
    metadata,
    spec: {
      fields: {
        type: "string",
        selector: "stringMap",
        ports: { list: servicePort },
        clusterIP: "string",
        clusterIPs: { list: "string" },
        externalIPs: { list: "string" },
        externalName: "string",
        ipFamilies: { list: "string" },
        ipFamilyPolicy: "string",
        sessionAffinity: "string",
        internalTrafficPolicy: "string",
        externalTrafficPolicy: "string",
        publishNotReadyAddresses: "boolean",
        allocateLoadBalancerNodePorts: "boolean",
      },
    },
  },
};

const container: Shape = {
  fields: {
    name: "string",
    image: "string",
    restartPolicy: "string",
    ports: { list: { fields: { name: "string", protocol: "string", containerPort: "integer" } } },
  },
};

const pod: Shape = {
  fields: {
    metadata,
    spec: {
      fields: {
        hostname: "string",
        subdomain: "string",
        nodeName: "string",
        hostNetwork: "boolean",
        containers: { list: container },
        initContainers: { list: container },
      },
    },
    status: {
      fields: {
        phase: "string",
        podIP: "string",
        podIPs: { list: { fields: { ip: "string" } } },
        conditions: { list: { fields: { type: "string", status: "string" } } },
      },
    },
  },
};

const endpointSlice: Shape = {
  fields: {
    metadata,
    addressType: "string",
    endpoints: {
      list: {
        fields: {
          addresses: { list: "string" },
          conditions: { fields: { ready: "boolean", serving: "boolean", terminating: "boolean" } },
          hostname: "string",
          nodeName: "string",
          zone: "string",
        },
      },
    },
    ports: {
      list: {
        fields: { name: "string", protocol: "string", port: "integer", appProtocol: "string" },
      },
    },
  },
};

const anyKind: Shape = { fields: { metadata } };

/** Shapes by "group/Kind"; kinds that are not here are checked in their metadata alone. */
const shapes: ReadonlyMap<string, Shape> = new Map([
  ["/Service", service],
  ["/Pod", pod],
  ["discovery.k8s.io/EndpointSlice", endpointSlice],
]);

export function shapeOf(group: string, kind: string): Shape {
  return shapes.get(`${group}/${kind}`) ?? anyKind;
}
