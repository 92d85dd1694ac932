import type { TypeTable } from "../type-table.ts";

/** EndpointSlices. */
export const discoveryTypes: TypeTable = {
  prefix: "io.k8s.api.discovery.v1",
  group: "discovery.k8s.io",
  types: {
    EndpointSlice: {
      about:
        "A part of the endpoints of a Service: addresses of one family that share their ports.",
      isObject: true,
      fields: {
        addressType: "string! IPv4, IPv6 or FQDN; never changes.",
        endpoints: "[]Endpoint At most 1000 endpoints.",
        ports: "[]EndpointPort The ports that every endpoint of the slice has.",
      },
    },
    Endpoint: {
      fields: {
        addresses: "[set]string! Addresses of the endpoint; readers use the first.",
        conditions: "EndpointConditions Whether the endpoint is ready, serving, terminating.",
        deprecatedTopology: "{}string",
        hints: "EndpointHints For which zones or nodes the endpoint is meant.",
        hostname: "string The name that DNS gives the endpoint under a headless Service.",
        nodeName: "string The node that the endpoint is on.",
        targetRef: "ObjectReference The pod behind the endpoint.",
        zone: "string The zone that the endpoint is in.",
      },
    },
    EndpointConditions: {
      fields: {
        ready: "boolean",
        serving: "boolean",
        terminating: "boolean",
      },
    },
    EndpointHints: {
      fields: {
        forNodes: "[]ForNode",
        forZones: "[]ForZone",
      },
    },
    ForNode: {
      fields: {
        name: "string!",
      },
    },
    ForZone: {
      fields: {
        name: "string!",
      },
    },
    EndpointPort: {
      isAtomic: true,
      fields: {
        appProtocol: "string",
        name: "string",
        port: "int32",
        protocol: "string",
      },
    },
  },
};
