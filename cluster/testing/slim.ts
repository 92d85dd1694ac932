/** Slim objects for the tests of every part: a test writes what it is about, the rest is what most objects have. */
import type {
  Endpoint,
  EndpointSlice,
  Node,
  Service,
  ServicePort,
  ServiceTraffic,
} from "../contract.ts";

export const plainTraffic: ServiceTraffic = {
  internalTrafficPolicy: "Cluster",
  externalTrafficPolicy: "Cluster",
  externalIPs: [],
  loadBalancerIngress: [],
  loadBalancerSourceRanges: [],
  healthCheckNodePort: 0,
  affinityTimeoutSeconds: undefined,
  proxyName: "",
  hasHeadlessLabel: false,
  annotations: {},
};

export const plainService: Service = {
  namespace: "shop",
  name: "web",
  resourceVersion: "1",
  type: "ClusterIP",
  clusterIPs: [],
  headless: false,
  ports: [],
  createdSeconds: 0,
  traffic: plainTraffic,
};

export const plainPort: ServicePort = { name: "http", protocol: "TCP", port: 80, nodePort: 0 };

export const plainSlice: EndpointSlice = {
  namespace: "shop",
  name: "web-1",
  resourceVersion: "1",
  serviceName: "web",
  hasHeadlessLabel: false,
  addressType: "IPv4",
  endpoints: [],
  ports: [],
};

export const plainEndpoint: Endpoint = {
  addresses: [],
  ready: true,
  serving: true,
  terminating: false,
};

export const plainNode: Node = {
  namespace: "",
  name: "n1",
  resourceVersion: "1",
  labels: {},
  annotations: {},
  addresses: [],
  podCIDRs: [],
  taintKeys: [],
  isDeleting: false,
};
