import { describe, expect, it } from "vitest";
import type { Kind } from "../contract.ts";
import { plainNode, plainPort, plainService, plainTraffic } from "../testing/slim.ts";
import { decodeKey, decodeObject } from "./decode.ts";
import { ObjectDecodeError } from "./errors.ts";
import { Pool } from "./pool.ts";

const metadata = { namespace: "shop", name: "web", resourceVersion: "7" };
const head = { namespace: "shop", name: "web", resourceVersion: "7" };
const port80 = { name: "http", port: 80, protocol: "TCP" };

const service = (spec: object) => ({ metadata, spec });
const slim = (fields: object) => ({ ...plainService, ...head, ...fields });
const carried = (fields: object) => slim({ traffic: { ...plainTraffic, ...fields } });

describe("Service", () => {
  it.each([
    ["nothing but a name", { metadata }, slim({})],
    ["null where absent would do", { metadata, spec: null }, slim({})],
    [
      "both families",
      service({ clusterIPs: ["10.0.0.1", "FD00::0:1"] }),
      slim({ clusterIPs: ["10.0.0.1", "fd00::1"] }),
    ],
    ["clusterIP alone", service({ clusterIP: "10.0.0.1" }), slim({ clusterIPs: ["10.0.0.1"] })],
    ["not yet allocated", service({ clusterIP: "", clusterIPs: null }), slim({})],
    ["headless", service({ clusterIP: "None", clusterIPs: ["None"] }), slim({ headless: true })],
    ["headless by clusterIP", service({ clusterIP: "None" }), slim({ headless: true })],
    ["node port", service({ type: "NodePort" }), slim({ type: "NodePort" })],
    [
      "external name",
      service({ type: "ExternalName", externalName: "db.example.com", clusterIP: "" }),
      slim({ type: "ExternalName", externalName: "db.example.com" }),
    ],
    [
      "a stale external name",
      service({ type: "ClusterIP", externalName: "old.example.com" }),
      slim({}),
    ],
    [
      "ports with defaults",
      service({ ports: [port80, { port: 53, protocol: "UDP", targetPort: "dns" }, { port: 1 }] }),
      slim({
        ports: [
          plainPort,
          { name: "", port: 53, protocol: "UDP", nodePort: 0 },
          { name: "", port: 1, protocol: "TCP", nodePort: 0 },
        ],
      }),
    ],
    [
      "a node port's number",
      service({ ports: [{ ...port80, nodePort: 30_080 }] }),
      slim({ ports: [{ ...plainPort, nodePort: 30_080 }] }),
    ],
    [
      "when it was made",
      { metadata: { ...metadata, creationTimestamp: "2026-01-02T03:04:05Z" } },
      slim({ createdSeconds: Date.parse("2026-01-02T03:04:05Z") / 1000 }),
    ],
    [
      "traffic policies",
      service({ internalTrafficPolicy: "Local", externalTrafficPolicy: "Local" }),
      carried({ internalTrafficPolicy: "Local", externalTrafficPolicy: "Local" }),
    ],
    [
      "external IPs as they are written",
      service({ externalIPs: ["192.0.2.1", "192.0.2.256"] }),
      carried({ externalIPs: ["192.0.2.1", "192.0.2.256"] }),
    ],
    [
      "load balancer addresses",
      {
        metadata,
        status: {
          loadBalancer: {
            ingress: [{ ip: "192.0.2.1" }, { hostname: "lb" }, { ip: "fd00::1", ipMode: "Proxy" }],
          },
        },
      },
      carried({
        loadBalancerIngress: [
          { ip: "192.0.2.1", ipMode: "VIP" },
          { ip: "fd00::1", ipMode: "Proxy" },
        ],
      }),
    ],
    [
      "source ranges",
      service({ loadBalancerSourceRanges: ["192.0.2.0/24 ", "10.0.0.0/8"] }),
      carried({ loadBalancerSourceRanges: ["192.0.2.0/24", "10.0.0.0/8"] }),
    ],
    [
      "source ranges in the annotation",
      {
        metadata: {
          ...metadata,
          annotations: {
            "service.beta.kubernetes.io/load-balancer-source-ranges": "192.0.2.0/24, 10.0.0.0/8",
          },
        },
      },
      carried({ loadBalancerSourceRanges: ["192.0.2.0/24", "10.0.0.0/8"] }),
    ],
    [
      "the health check port",
      service({ healthCheckNodePort: 32_000 }),
      carried({ healthCheckNodePort: 32_000 }),
    ],
    [
      "affinity",
      service({ sessionAffinity: "ClientIP" }),
      carried({ affinityTimeoutSeconds: 10_800 }),
    ],
    [
      "affinity with a timeout",
      service({
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      }),
      carried({ affinityTimeoutSeconds: 60 }),
    ],
    [
      "affinity that is off, whatever its timeout",
      service({
        sessionAffinity: "None",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      }),
      slim({}),
    ],
    [
      "labels and annotations that concern proxies",
      {
        metadata: {
          ...metadata,
          labels: {
            "service.kubernetes.io/headless": "",
            "service.kubernetes.io/service-proxy-name": "other",
            app: "web",
          },
          annotations: { "fairlead.dev/balancing": "maglev", "kubectl.kubernetes.io/x": "y" },
        },
      },
      carried({
        hasHeadlessLabel: true,
        proxyName: "other",
        annotations: { "fairlead.dev/balancing": "maglev" },
      }),
    ],
  ])("reads %s", (_case, value, expected) => {
    expect(decodeObject("Service", value, new Pool())).toEqual(expected);
  });

  it("shares what is carried alike", () => {
    const pool = new Pool();
    const read = () => decodeObject("Service", service({ internalTrafficPolicy: "Local" }), pool);
    expect(read().traffic).toBe(read().traffic);
  });
});

describe("EndpointSlice", () => {
  const decode = (fields: object) =>
    decodeObject("EndpointSlice", { metadata, addressType: "IPv4", ...fields }, new Pool());

  it.each([
    ["null lists", { endpoints: null, ports: null }, { endpoints: [], ports: [] }],
    [
      "a port for all",
      { ports: [{ name: null, port: null }] },
      { ports: [{ name: "", protocol: "TCP" }] },
    ],
    [
      "ready where conditions say nothing",
      { endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: null, serving: false } }] },
      { endpoints: [{ addresses: ["10.1.0.1"], ready: true }] },
    ],
    [
      "an endpoint with everything",
      {
        endpoints: [
          {
            addresses: ["10.1.0.1"],
            conditions: { ready: false },
            hostname: "web-0",
            targetRef: { kind: "Pod", name: "web-0" },
            nodeName: "n1",
            zone: "z1",
          },
        ],
      },
      {
        endpoints: [
          {
            addresses: ["10.1.0.1"],
            ready: false,
            hostname: "web-0",
            podName: "web-0",
            nodeName: "n1",
            zone: "z1",
          },
        ],
      },
    ],
    [
      "an endpoint that serves while it terminates",
      {
        endpoints: [
          {
            addresses: ["10.1.0.1"],
            conditions: { ready: false, serving: true, terminating: true },
          },
        ],
      },
      { endpoints: [{ ready: false, serving: true, terminating: true }] },
    ],
    [
      "serving as ready where it is absent",
      { endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: false } }] },
      { endpoints: [{ ready: false, serving: false, terminating: false }] },
    ],
    [
      "hints",
      {
        endpoints: [
          {
            addresses: ["10.1.0.1"],
            hints: { forZones: [{ name: "a" }], forNodes: [{ name: "n" }] },
          },
          { addresses: ["10.1.0.2"], hints: { forZones: null } },
        ],
      },
      { endpoints: [{ hints: { forZones: ["a"], forNodes: ["n"] } }, { hints: undefined }] },
    ],
    [
      "a target that is no pod",
      { endpoints: [{ addresses: ["10.1.0.1"], targetRef: { kind: "VM", name: "vm" } }] },
      { endpoints: [{ addresses: ["10.1.0.1"], ready: true }] },
    ],
    [
      "names as addresses",
      { addressType: "FQDN", endpoints: [{ addresses: ["A.example.com"] }] },
      { addressType: "FQDN", endpoints: [{ addresses: ["A.example.com"], ready: true }] },
    ],
    [
      "addresses in other spellings",
      { addressType: "IPv6", endpoints: [{ addresses: ["FD00:0::A"] }] },
      { endpoints: [{ addresses: ["fd00::a"], ready: true }] },
    ],
  ])("reads %s", (_case, value, expected) => {
    expect(decode(value)).toMatchObject(expected);
  });

  it("reads the service it belongs to and when it was triggered", () => {
    const labels = { "kubernetes.io/service-name": "web", "service.kubernetes.io/headless": "" };
    const annotations = {
      "endpoints.kubernetes.io/last-change-trigger-time": "2026-01-02T03:04:05.000000678Z",
    };
    const value = { metadata: { ...metadata, labels, annotations } };
    expect(decodeObject("EndpointSlice", value, new Pool())).toMatchObject({
      serviceName: "web",
      hasHeadlessLabel: true,
      lastChangeTriggerTimeMs: Date.parse("2026-01-02T03:04:05Z"),
    });
  });

  it("shares equal strings and port lists between slices", () => {
    const pool = new Pool();
    const read = () =>
      decodeObject(
        "EndpointSlice",
        JSON.parse(JSON.stringify({ metadata, ports: [port80] })),
        pool,
      );
    expect(read().ports).toBe(read().ports);
  });
});

describe("Pod, Node and what is cluster-wide", () => {
  const running = { phase: "Running", podIP: "10.1.0.1" };

  it.each([
    ["only the primary address", { metadata, status: running }, ["10.1.0.1"]],
    [
      "both addresses",
      { metadata, status: { ...running, podIPs: [{ ip: "10.1.0.1" }, { ip: "FD00::1" }] } },
      ["10.1.0.1", "fd00::1"],
    ],
    ["none yet", { metadata, status: { phase: "Pending" } }, []],
    ["none any more", { metadata, status: { ...running, phase: "Succeeded" } }, []],
    [
      "none while it terminates",
      { metadata: { ...metadata, deletionTimestamp: "2026-01-02T03:04:05Z" }, status: running },
      [],
    ],
  ])("reads a pod with %s", (_case, value, podIPs) => {
    const pod = decodeObject("Pod", { ...value, spec: { nodeName: "n1" } }, new Pool());
    expect(pod).toEqual({ ...head, podIPs, nodeName: "n1" });
  });

  const slimNode = (fields: object) => ({
    ...plainNode,
    name: "n1",
    resourceVersion: "3",
    ...fields,
  });
  it.each([
    ["nothing but a name", { metadata: {} }, slimNode({})],
    [
      "where it is and how to reach it",
      {
        metadata: {
          labels: { "topology.kubernetes.io/zone": "a", "kubernetes.io/hostname": "n1", app: "x" },
          annotations: { "fairlead.dev/mtu": "1400", "volumes.kubernetes.io/x": "y" },
        },
        spec: { podCIDR: "10.1.0.0/24", podCIDRs: ["10.1.0.0/24", "fd00::/64"] },
        status: {
          addresses: [
            { type: "InternalIP", address: "FD00::1" },
            { type: "Hostname", address: "n1.example.org" },
          ],
          images: [{ names: ["big"] }],
        },
      },
      slimNode({
        labels: { "kubernetes.io/hostname": "n1", "topology.kubernetes.io/zone": "a" },
        annotations: { "fairlead.dev/mtu": "1400" },
        podCIDRs: ["10.1.0.0/24", "fd00::/64"],
        addresses: [
          { type: "InternalIP", address: "fd00::1" },
          { type: "Hostname", address: "n1.example.org" },
        ],
      }),
    ],
    [
      "podCIDR alone",
      { metadata: {}, spec: { podCIDR: "10.1.0.0/24" } },
      slimNode({ podCIDRs: ["10.1.0.0/24"] }),
    ],
    [
      "that it is going away",
      {
        metadata: { deletionTimestamp: "2026-01-02T03:04:05Z" },
        spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }] },
      },
      slimNode({ isDeleting: true, taintKeys: ["ToBeDeletedByClusterAutoscaler"] }),
    ],
  ])("reads a node with %s", (_case, value, expected) => {
    const metadata = { name: "n1", resourceVersion: "3", ...value.metadata };
    expect(decodeObject("Node", { ...value, metadata }, new Pool())).toEqual(expected);
  });

  it("reads the ranges of ClusterIPs", () => {
    const value = {
      metadata: { name: "kubernetes", resourceVersion: "3" },
      spec: { cidrs: ["10.0.0.0/16", "fd00::/108"] },
    };
    expect(decodeObject("ServiceCIDR", value, new Pool())).toEqual({
      namespace: "",
      name: "kubernetes",
      resourceVersion: "3",
      cidrs: ["10.0.0.0/16", "fd00::/108"],
    });
  });

  it("reads a namespace with its labels", () => {
    const value = { metadata: { name: "shop", labels: { team: "a" }, resourceVersion: "3" } };
    expect(decodeObject("Namespace", value, new Pool())).toEqual({
      namespace: "",
      name: "shop",
      resourceVersion: "3",
      labels: { team: "a" },
    });
  });
});

describe("what is no such object", () => {
  const cases: readonly [Kind, unknown, string][] = [
    ["Service", null, "Service (without name): (the object): null is no object"],
    ["Service", {}, "Service (without name): metadata: must not be empty"],
    [
      "Service",
      { metadata: { name: 7 } },
      "Service (without name): metadata.name: 7 is not a string",
    ],
    ["Namespace", { metadata: { name: "" } }, "Namespace : metadata.name: must not be empty"],
    [
      "Service",
      service({ type: "Cluster" }),
      'Service shop/web: spec.type: "Cluster" is none of ClusterIP, NodePort, LoadBalancer, ExternalName',
    ],
    [
      "Service",
      service({ ports: [port80, { port: "http" }] }),
      'Service shop/web: spec.ports[1].port: "http" is not an integer from 0 to 65535',
    ],
    ["Service", service({ ports: [7] }), "Service shop/web: spec.ports[0]: 7 is no object"],
    ["Service", service({ ports: {} }), "Service shop/web: spec.ports: {} is not a list"],
    [
      "Service",
      service({ clusterIPs: ["10.0.0.256"] }),
      'Service shop/web: spec.clusterIPs: "10.0.0.256" is no IP address',
    ],
    [
      "Service",
      service({
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 1.5 } },
      }),
      "Service shop/web: spec.sessionAffinityConfig.clientIP.timeoutSeconds: 1.5 is not an integer",
    ],
    [
      "EndpointSlice",
      { metadata, endpoints: [{ addresses: [1] }] },
      "EndpointSlice shop/web: endpoints[0].addresses[0]: 1 is no string",
    ],
    [
      "EndpointSlice",
      { metadata, endpoints: [{ addresses: [], conditions: { ready: "yes" } }] },
      'EndpointSlice shop/web: endpoints[0].conditions.ready: "yes" is not true or false',
    ],
    [
      "Namespace",
      { metadata: { name: "shop", labels: { a: 1 } } },
      "Namespace shop: metadata.labels.a: 1 is not a string",
    ],
  ];

  it.each(cases)("%s %j", (kind, value, message) => {
    expect(() => decodeObject(kind, value, new Pool())).toThrow(
      expect.objectContaining({ constructor: ObjectDecodeError, code: "FL-C002", message }),
    );
  });

  it("asks of a deleted object its key alone", () => {
    const value = { metadata, spec: { type: "Nonsense" } };
    expect(decodeKey("Service", value)).toEqual({ namespace: "shop", name: "web" });
  });
});
