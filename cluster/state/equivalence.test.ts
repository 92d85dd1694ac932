import { describe, expect, it } from "vitest";
import type { Endpoint, EndpointSlice, Namespace, Pod, Service } from "../contract.ts";
import { equivalent } from "./equivalence.ts";

const head = { namespace: "a", name: "b", resourceVersion: "1" };
const port = { name: "http", protocol: "TCP", port: 80 } as const;
const endpoint: Endpoint = {
  addresses: ["10.1.0.1"],
  ready: true,
  hostname: "h",
  podName: "p",
  nodeName: "n",
  zone: "z",
};

const service: Service = {
  ...head,
  type: "ClusterIP",
  clusterIPs: ["10.0.0.1"],
  headless: false,
  ports: [port],
};
const slice: EndpointSlice = {
  ...head,
  serviceName: "b",
  addressType: "IPv4",
  endpoints: [endpoint],
  ports: [port],
};
const namespace: Namespace = { ...head, labels: { team: "a" } };
const pod: Pod = { ...head, podIPs: ["10.1.0.1"], nodeName: "n" };

const endpoints = (change: Partial<Endpoint>) => ({ endpoints: [{ ...endpoint, ...change }] });

describe("a change that matters", () => {
  const services: readonly Partial<Service>[] = [
    { type: "NodePort" },
    { clusterIPs: ["10.0.0.2"] },
    { clusterIPs: ["10.0.0.1", "fd00::1"] },
    { headless: true },
    { externalName: "x" },
    { ports: [] },
    { ports: [{ ...port, port: 81 }] },
    { ports: [{ ...port, name: "web" }] },
    { ports: [{ ...port, protocol: "UDP" }] },
  ];
  it.each(services)("Service %j", (change) => {
    expect(equivalent.Service(service, { ...service, ...change })).toBe(false);
  });

  const slices: readonly Partial<EndpointSlice>[] = [
    { serviceName: "c" },
    { addressType: "IPv6" },
    { ports: [{ ...port, port: undefined }] },
    { endpoints: [] },
    endpoints({ addresses: ["10.1.0.2"] }),
    endpoints({ ready: false }),
    endpoints({ hostname: undefined }),
    endpoints({ podName: "q" }),
    endpoints({ nodeName: "m" }),
    endpoints({ zone: "y" }),
  ];
  it.each(slices)("EndpointSlice %j", (change) => {
    expect(equivalent.EndpointSlice(slice, { ...slice, ...change })).toBe(false);
  });

  it.each([{}, { team: "b" }, { team: "a", tier: "1" }, { tame: "a" }])(
    "Namespace %j",
    (labels) => {
      expect(equivalent.Namespace(namespace, { ...namespace, labels })).toBe(false);
    },
  );

  it.each([{ podIPs: [] }, { podIPs: ["10.1.0.2"] }, { nodeName: "m" }])("Pod %j", (change) => {
    expect(equivalent.Pod(pod, { ...pod, ...change })).toBe(false);
  });
});

describe("a change that does not", () => {
  const resourceVersion = "2";
  it("is a new version of an otherwise equal object", () => {
    expect(equivalent.Service(service, { ...structuredClone(service), resourceVersion })).toBe(
      true,
    );
    expect(equivalent.EndpointSlice(slice, { ...structuredClone(slice), resourceVersion })).toBe(
      true,
    );
    expect(
      equivalent.Namespace(namespace, { ...structuredClone(namespace), resourceVersion }),
    ).toBe(true);
    expect(equivalent.Pod(pod, { ...structuredClone(pod), resourceVersion })).toBe(true);
  });

  it("is a slice's trigger time", () => {
    expect(equivalent.EndpointSlice(slice, { ...slice, lastChangeTriggerTimeMs: 5 })).toBe(true);
  });
});
