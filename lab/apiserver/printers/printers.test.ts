import { describe, expect, it } from "vitest";
import type { KubeObject } from "../contract.ts";
import { builtinRows } from "../resources/rows.ts";
import { age } from "./age.ts";
import { customPrinter } from "./custom.ts";
import { jsonPath } from "./json-path.ts";
import { printerFor } from "./printers.ts";

const now = Date.UTC(2026, 0, 10);
const created = "2026-01-09T00:00:00Z";

describe("ages", () => {
  it.each([
    [0, "0s"],
    [119, "119s"],
    [120, "2m"],
    [150, "2m30s"],
    [600, "10m"],
    [10_799, "179m"],
    [10_800, "3h"],
    [12_600, "3h30m"],
    [28_800, "8h"],
    [172_800, "2d"],
    [180_000, "2d2h"],
    [691_200, "8d"],
    [63_072_000, "2y"],
    [70_000_000, "2y80d"],
    [315_360_000, "10y"],
    [-1, "0s"],
    [-5, "<invalid>"],
  ])("%i seconds are %s", (seconds, expected) => {
    expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(expected);
  });

  it("of nothing are unknown", () => {
    expect(age(undefined, now)).toBe("<unknown>");
  });
});

/** A row of the wide table, without name and age. */
function cells(apiVersion: string, kind: string, rest: object): Readonly<Record<string, unknown>> {
  const metadata = { name: "a", creationTimestamp: created };
  const object: KubeObject = { apiVersion, kind, metadata, ...rest };
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const row = builtinRows.find((known) => known.kind === kind && known.group === group);
  if (row === undefined) throw new Error(`${apiVersion} ${kind} is no row`);
  const { columns } = printerFor(row);
  const pairs = columns.map(({ name, cell }) => [name, cell(object, now)] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== "Name" && name !== "Age"));
}

const containers = [
  { name: "a", image: "x" },
  { name: "b", image: "y" },
];
const template = { spec: { containers } };
const selector = {
  matchLabels: { b: "2", a: "1" },
  matchExpressions: [
    { key: "c", operator: "In", values: ["3", "4"] },
    { key: "d", operator: "Exists" },
    { key: "e", operator: "DoesNotExist" },
  ],
};
const selected = "a=1,b=2,c in (3,4),d,!e";

describe("cells", () => {
  it.each<[string, string, object, object]>([
    [
      "v1",
      "Service",
      {
        spec: {
          type: "LoadBalancer",
          clusterIP: "10.0.0.1",
          ports: [{ port: 80, nodePort: 30080 }],
        },
      },
      { "Cluster-IP": "10.0.0.1", "External-IP": "<pending>", "Port(s)": "80:30080/TCP" },
    ],
    [
      "v1",
      "Service",
      {
        spec: { type: "LoadBalancer", externalIPs: ["192.0.2.2"] },
        status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }, { hostname: "lb" }] } },
      },
      { "External-IP": "192.0.2.1,lb,192.0.2.2" },
    ],
    [
      "v1",
      "Service",
      { spec: { type: "ExternalName", externalName: "example.com" } },
      {
        "Cluster-IP": "<none>",
        "External-IP": "example.com",
        "Port(s)": "<none>",
        Selector: "<none>",
      },
    ],
    [
      "v1",
      "Endpoints",
      {
        subsets: [
          {
            addresses: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
            ports: [{ port: 80 }, { port: 81 }],
          },
        ],
      },
      { Endpoints: "10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more..." },
    ],
    ["v1", "Endpoints", {}, { Endpoints: "<none>" }],
    [
      "discovery.k8s.io/v1",
      "EndpointSlice",
      {
        addressType: "IPv4",
        endpoints: ["1", "2", "3", "4"].map((last) => ({ addresses: [`10.0.0.${last}`] })),
        ports: [{ port: 80 }, { name: "any" }],
      },
      { AddressType: "IPv4", Ports: "80,any", Endpoints: "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more..." },
    ],
    [
      "discovery.k8s.io/v1",
      "EndpointSlice",
      { addressType: "IPv6" },
      { Ports: "<unset>", Endpoints: "<unset>" },
    ],
    [
      "v1",
      "Pod",
      {
        spec: { containers, nodeName: "n", readinessGates: [{ conditionType: "x" }] },
        status: {
          phase: "Running",
          podIP: "10.1.0.1",
          conditions: [{ type: "x", status: "True" }],
          containerStatuses: [
            { ready: true, restartCount: 2, lastState: { terminated: { finishedAt: created } } },
            { ready: false, restartCount: 1, state: { waiting: { reason: "CrashLoopBackOff" } } },
          ],
        },
      },
      {
        Ready: "1/2",
        Status: "CrashLoopBackOff",
        Restarts: "3 (24h ago)",
        IP: "10.1.0.1",
        Node: "n",
        "Readiness Gates": "1/1",
      },
    ],
    [
      "v1",
      "Pod",
      {
        status: {
          phase: "Failed",
          containerStatuses: [{ state: { terminated: { exitCode: 3 } } }],
        },
      },
      { Ready: "0/0", Status: "ExitCode:3", Restarts: "0", IP: "<none>", Node: "<none>" },
    ],
    ["v1", "Pod", { status: { phase: "Failed", reason: "Evicted" } }, { Status: "Evicted" }],
    [
      "v1",
      "Node",
      {
        metadata: {
          name: "a",
          labels: { "node-role.kubernetes.io/b": "", "kubernetes.io/role": "a" },
        },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: "Ready", status: "False" }],
          addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
          nodeInfo: { kubeletVersion: "v1" },
        },
      },
      {
        Status: "NotReady,SchedulingDisabled",
        Roles: "a,b",
        Version: "v1",
        "Internal-IP": "192.0.2.1",
        "External-IP": "<none>",
        "OS-Image": "<unknown>",
      },
    ],
    ["v1", "Node", {}, { Status: "Unknown", Roles: "<none>", Version: "" }],
    ["v1", "Secret", { type: "Opaque", data: { a: "", b: "" } }, { Type: "Opaque", Data: 2 }],
    ["v1", "ConfigMap", { data: { a: "" }, binaryData: { b: "" } }, { Data: 2 }],
    ["v1", "Namespace", { status: { phase: "Active" } }, { Status: "Active" }],
    [
      "v1",
      "Event",
      {
        type: "Warning",
        reason: "Why",
        message: " what \n",
        involvedObject: { kind: "Pod", name: "p", fieldPath: "spec" },
        source: { component: "kubelet", host: "n" },
        lastTimestamp: created,
        count: 2,
      },
      {
        "Last Seen": "24h",
        Object: "pod/p",
        Subobject: "spec",
        Source: "kubelet, n",
        Message: "what",
        Count: 2,
      },
    ],
    [
      "networking.k8s.io/v1",
      "NetworkPolicy",
      { spec: { podSelector: selector } },
      { "Pod-Selector": selected },
    ],
    [
      "networking.k8s.io/v1",
      "NetworkPolicy",
      { spec: { podSelector: {} } },
      { "Pod-Selector": "<none>" },
    ],
    ["coordination.k8s.io/v1", "Lease", { spec: { holderIdentity: "me" } }, { Holder: "me" }],
    [
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 3, selector, template },
        status: { readyReplicas: 1, updatedReplicas: 2 },
      },
      {
        Ready: "1/3",
        "Up-to-date": 2,
        Available: 0,
        Containers: "a,b",
        Images: "x,y",
        Selector: selected,
      },
    ],
    [
      "apps/v1",
      "ReplicaSet",
      { spec: { replicas: 0 }, status: { replicas: 1 } },
      { Desired: 0, Current: 1, Ready: 0 },
    ],
    [
      "apps/v1",
      "DaemonSet",
      { spec: { template: { spec: { nodeSelector: { a: "b" } } } }, status: { numberReady: 1 } },
      { Desired: 0, Ready: 1, "Node Selector": "a=b" },
    ],
    ["apps/v1", "StatefulSet", { spec: {}, status: { readyReplicas: 1 } }, { Ready: "1/1" }],
  ])("of %s %s with %j", (apiVersion, kind, rest, expected) => {
    expect(cells(apiVersion, kind, rest)).toMatchObject(expected);
  });

  it("say that a pod goes", () => {
    const metadata = { name: "a", deletionTimestamp: created };
    expect(cells("v1", "Pod", { metadata, status: { phase: "Running" } }).Status).toBe(
      "Terminating",
    );
  });
});

describe("columns of custom resources", () => {
  const object: KubeObject = {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "a", creationTimestamp: created, labels: { "a.b/c": "d" } },
    spec: { list: [{ name: "x" }], flag: true },
  };

  it.each([
    [".spec.list[0].name", "string", "x"],
    [".spec.flag", "boolean", true],
    [".spec.list", "string", '[{"name":"x"}]'],
    [".metadata.labels['a.b/c']", "string", "d"],
    [".metadata.creationTimestamp", "date", "24h"],
    [".spec.none.at.all", "integer", null],
    [".spec.list[*].name", "string", null],
  ] as const)("%s as %s", (path, type, expected) => {
    const { columns } = customPrinter([{ name: "X", type, jsonPath: path }]);
    expect(columns.map(({ cell }) => cell(object, now))).toEqual(["a", expected]);
  });

  it("are name and age unless they are said", () => {
    expect(customPrinter([]).columns.map(({ name }) => name)).toEqual(["Name", "Age"]);
  });

  it("are found by simple paths alone", () => {
    expect(jsonPath(object, "spec")).toBeUndefined();
  });
});
