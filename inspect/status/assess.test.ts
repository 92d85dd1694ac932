import { expect, test } from "vitest";
import { assess, unreachable } from "./assess.ts";
import type { Observed } from "./contract.ts";
import { isWell, statusJson, statusSummary, statusText } from "./report.ts";

const ready = [{ type: "Ready", status: "True" }];
const dnsSlice = (...areReady: readonly boolean[]) => ({
  addressType: "IPv4",
  endpoints: areReady.map((isReady) => ({
    addresses: ["10.244.0.2"],
    conditions: { ready: isReady },
  })),
});

const well: Observed = {
  server: "https://172.30.0.1:6443",
  version: "v1.35.0",
  tookMs: 3,
  nodes: [
    {
      metadata: { name: "node1" },
      spec: { podCIDR: "10.244.0.0/24" },
      status: { conditions: ready },
    },
    {
      metadata: { name: "node2" },
      spec: { podCIDR: "10.244.1.0/24" },
      status: { conditions: ready },
    },
  ],
  daemonSets: [
    {
      metadata: { name: "fairlead-node" },
      status: {
        currentNumberScheduled: 2,
        numberMisscheduled: 0,
        desiredNumberScheduled: 2,
        numberReady: 2,
        updatedNumberScheduled: 2,
      },
    },
  ],
  deployments: [
    {
      metadata: { name: "fairlead-dns" },
      spec: { replicas: 2, selector: {}, template: {} },
      status: { readyReplicas: 2, updatedReplicas: 2 },
    },
  ],
  pods: [],
  dns: { spec: { clusterIP: "10.96.0.10", clusterIPs: ["10.96.0.10"] } },
  dnsSlices: [dnsSlice(true, true)],
};

test("all is well", () => {
  const items = assess(well);
  expect(
    statusText(items, false),
  ).toBe(`API server     ok       https://172.30.0.1:6443, v1.35.0, 3 ms
Nodes          ok       2 of 2 ready
fairlead-node  ok       DaemonSet: 2 of 2 ready
fairlead-dns   ok       Deployment: 2 of 2 ready
kube-dns       ok       10.96.0.10, 2 of 2 endpoints ready
`);
  expect(isWell(items)).toBe(true);
  expect(JSON.parse(statusJson(items))).toMatchObject({ isWell: true, items: { length: 5 } });
});

const [node1, node2] = well.nodes;
const [daemonSet] = well.daemonSets;

test.each<readonly [string, Partial<Observed>, string]>([
  ["no nodes", { nodes: [] }, "Nodes: there are none"],
  [
    "a node that is not ready",
    {
      nodes: [
        ...(node1 ? [node1] : []),
        {
          ...node2,
          status: {
            conditions: [
              { type: "Ready", status: "False", reason: "KubeletNotReady", message: "no CNI" },
            ],
          },
        },
      ],
    },
    "Nodes: 1 of 2 ready\nnode2: KubeletNotReady: no CNI",
  ],
  [
    "a node without a podCIDR",
    { nodes: [{ ...node1, spec: {} }] },
    "Nodes: 0 of 1 ready\nnode1: has no podCIDR: pods get no addresses",
  ],
  [
    "an agent that is not up",
    {
      daemonSets: [
        {
          ...daemonSet,
          status: {
            currentNumberScheduled: 2,
            numberMisscheduled: 0,
            desiredNumberScheduled: 2,
            numberReady: 1,
            updatedNumberScheduled: 2,
          },
        },
      ],
      pods: [
        {
          metadata: { name: "fairlead-node-x7k2p" },
          spec: { nodeName: "node2", containers: [] },
          status: {
            containerStatuses: [
              {
                name: "node",
                image: "fairlead",
                imageID: "",
                ready: false,
                restartCount: 3,
                state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
              },
            ],
          },
        },
      ],
    },
    "fairlead-node: DaemonSet: 1 of 2 ready\nfairlead-node-x7k2p on node2: CrashLoopBackOff: back-off 40s",
  ],
  [
    "nothing installed",
    { daemonSets: [], deployments: [] },
    "Fairlead: nothing has the label app.kubernetes.io/part-of=fairlead: it is not installed here",
  ],
  ["no DNS Service", { dns: undefined }, "kube-dns: there is no Service kube-system/kube-dns"],
  [
    "DNS without an endpoint",
    { dnsSlices: [dnsSlice(false)] },
    "kube-dns: 10.96.0.10, 0 of 1 endpoints ready",
  ],
])("%s", (_, change, expected) => {
  const items = assess({ ...well, ...change });
  expect(isWell(items)).toBe(false);
  const notes = items.flatMap((item) => item.notes);
  expect([statusSummary(items), ...notes].join("\n")).toBe(expected);
});

test("nobody answers", () => {
  const items = [unreachable("https://172.30.0.1:6443", "ECONNREFUSED")];
  expect(statusText(items, true)).toBe(
    "API server  \u001b[1m\u001b[31mfailed \u001b[39m\u001b[22m  https://172.30.0.1:6443: ECONNREFUSED\n",
  );
  expect(isWell(items)).toBe(false);
});
