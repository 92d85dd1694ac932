import { describe, expect, it } from "vitest";
import type {
  PodObject,
  PodSpec,
  PodStatus,
  ServiceObject,
  ServiceSpec,
} from "../../kinds/types.ts";
import { desiredGroups } from "./desired.ts";

function service(spec: ServiceSpec): ServiceObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop", uid: "service" },
    spec: {
      selector: { app: "web" },
      ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }],
      ...spec,
    },
  };
}

function pod(
  name: string,
  given: { spec?: PodSpec; status?: PodStatus; deletionTimestamp?: string } = {},
): PodObject {
  const { spec = {}, status = {}, ...metadata } = given;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", uid: name, ...metadata },
    spec,
    status: {
      phase: "Running",
      podIPs: [{ ip: "10.0.0.1" }],
      conditions: [{ type: "Ready", status: "True" }],
      ...status,
    },
  };
}

const notReady: PodStatus = { conditions: [{ type: "Ready", status: "False" }] };
const terminating = "2026-01-01T00:00:00Z";
const zones = (node: string) => ({ "node-a": "north" })[node];

describe("conditions", () => {
  it.each([
    ["ready", {}, {}, { ready: true, serving: true, terminating: false }],
    ["not ready", {}, { status: notReady }, { ready: false, serving: false, terminating: false }],
    [
      "without condition",
      {},
      { status: { conditions: [] } },
      { ready: false, serving: false, terminating: false },
    ],
    [
      "terminating but serving",
      {},
      { deletionTimestamp: terminating },
      { ready: false, serving: true, terminating: true },
    ],
    [
      "terminating",
      {},
      { deletionTimestamp: terminating, status: notReady },
      { ready: false, serving: false, terminating: true },
    ],
    [
      "published unready",
      { publishNotReadyAddresses: true },
      { status: notReady },
      { ready: true, serving: false, terminating: false },
    ],
  ])("%s", (_name, spec, given, conditions) => {
    const [group] = desiredGroups(service(spec), [pod("a", given)], zones);
    expect(group.endpoints).toMatchObject([{ conditions }]);
  });
});

describe("which pods count", () => {
  it.each([
    ["succeeded", { status: { phase: "Succeeded" } }],
    ["failed", { status: { phase: "Failed" } }],
    ["without address", { status: { podIPs: [] } }],
    ["of the other family", { status: { podIPs: [{ ip: "fd00::1" }] } }],
  ])("not those %s", (_name, given) => {
    expect(desiredGroups(service({}), [pod("a", given)], zones)).toEqual([
      { addressType: "IPv4", ports: [], endpoints: [] },
    ]);
  });
});

describe("an endpoint", () => {
  it("carries node, zone, host name and reference", () => {
    const spec = { nodeName: "node-a", hostname: "web-0", subdomain: "web" };
    const [group] = desiredGroups(service({}), [pod("web-0", { spec })], zones);
    expect(group.endpoints[0]).toEqual({
      addresses: ["10.0.0.1"],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: "web-0",
      nodeName: "node-a",
      zone: "north",
      targetRef: { kind: "Pod", namespace: "shop", name: "web-0", uid: "web-0" },
    });
  });

  it.each([
    ["no subdomain", { hostname: "web-0" }],
    ["another subdomain", { hostname: "web-0", subdomain: "db" }],
    ["no hostname", { subdomain: "web" }],
  ])("has no host name with %s", (_name, spec) => {
    expect(
      desiredGroups(service({}), [pod("a", { spec })], zones)[0].endpoints[0],
    ).not.toHaveProperty("hostname");
  });
});

describe("families", () => {
  it("have groups of their own", () => {
    const both = pod("a", { status: { podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }] } });
    const groups = desiredGroups(service({ ipFamilies: ["IPv4", "IPv6"] }), [both], zones);
    expect(
      groups.map(({ addressType, endpoints }) => [addressType, endpoints[0].addresses]),
    ).toEqual([
      ["IPv4", ["10.0.0.1"]],
      ["IPv6", ["fd00::1"]],
    ]);
  });
});

describe("ports", () => {
  const named = { ports: [{ name: "http", port: 80, targetPort: "web" }] };
  const container = (containerPort: number, protocol = "TCP") => ({
    containers: [{ name: "c", ports: [{ name: "web", containerPort, protocol }] }],
  });

  it("are looked up by name in each pod, which may part them", () => {
    const pods = [
      pod("a", { spec: container(8080) }),
      pod("b", { spec: container(9090) }),
      pod("c", { spec: container(8080) }),
    ];
    const groups = desiredGroups(service(named), pods, zones);
    expect(
      groups.map(({ ports, endpoints }) => [
        ports[0].port,
        endpoints.map(({ targetRef }) => targetRef?.name),
      ]),
    ).toEqual([
      [8080, ["a", "c"]],
      [9090, ["b"]],
    ]);
  });

  it.each([
    ["numbers stay", {}, {}, [{ name: "http", protocol: "TCP", port: 8080 }]],
    ["a missing name leaves the port out", named, {}, []],
    ["the protocol must agree", named, container(53, "UDP"), []],
    [
      "a sidecar's port counts",
      named,
      { initContainers: [{ restartPolicy: "Always", ports: [{ name: "web", containerPort: 7 }] }] },
      [{ name: "http", protocol: "TCP", port: 7 }],
    ],
    [
      "an init container's does not",
      named,
      { initContainers: [{ ports: [{ name: "web", containerPort: 7 }] }] },
      [],
    ],
    ["none for a headless Service without", { clusterIP: "None", ports: [] }, {}, []],
    [
      "appProtocol goes along",
      { ports: [{ port: 1, appProtocol: "grpc" }] },
      {},
      [{ name: "", protocol: "TCP", port: 1, appProtocol: "grpc" }],
    ],
  ])("%s", (_name, spec, podSpec, ports) => {
    expect(desiredGroups(service(spec), [pod("a", { spec: podSpec })], zones)[0].ports).toEqual(
      ports,
    );
  });
});
