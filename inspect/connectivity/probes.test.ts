import { expect, test } from "vitest";
import type { Scene } from "./contract.ts";
import type { Outcome } from "./prober/contract.ts";
import { probes } from "./probes.ts";

const nothing = { clusterIp: undefined, nodePorts: [], loadBalancer: undefined };
const scene: Scene = {
  namespace: "t",
  clusterDomain: "cluster.local",
  externalName: "example.com",
  client: { name: "client", node: "node1", nodeAddress: "172.30.0.2", address: "10.244.0.5" },
  same: {
    name: "server-same-node",
    node: "node1",
    nodeAddress: "172.30.0.2",
    address: "10.244.0.6",
  },
  other: {
    name: "server-other-node",
    node: "node2",
    nodeAddress: "172.30.0.3",
    address: "10.244.1.7",
  },
  services: {
    cluster: { ...nothing, clusterIp: "10.96.1.1" },
    "node-port": { clusterIp: "10.96.1.2", nodePorts: [30080, 30081], loadBalancer: undefined },
    "load-balancer": { ...nothing, clusterIp: "10.96.1.3", loadBalancer: "172.30.1.1" },
    headless: nothing,
    external: nothing,
    hairpin: { ...nothing, clusterIp: "10.96.1.4" },
  },
};

const probeOf = (name: string) => {
  const probe = probes.find((each) => each.name === name);
  if (probe === undefined) throw new Error(`no probe ${name}`);
  return probe;
};

test("names are unique and fit their column", () => {
  const names = probes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(26);
});

test.each([
  ["pod-to-pod-same-node", { kind: "http", host: "10.244.0.6", port: 8080, bodyBytes: 0 }],
  ["pod-to-pod-other-node", { kind: "http", host: "10.244.1.7", port: 8080 }],
  ["large-packets-other-node", { host: "10.244.1.7", bodyBytes: 1_000_000 }],
  ["large-datagram-other-node", { kind: "udp", host: "10.244.1.7", bytes: 8000 }],
  ["cluster-ip", { host: "10.96.1.1", port: 80 }],
  ["hairpin", { host: "10.96.1.4", port: 80 }],
  ["node-port", { host: "172.30.0.2", port: 30080 }],
  ["node-port-other-node", { host: "172.30.0.3", port: 30080 }],
  ["node-port-udp", { kind: "udp", host: "172.30.0.2", port: 30081 }],
  ["load-balancer", { host: "172.30.1.1", port: 80 }],
  ["headless", { host: "headless.t.svc.cluster.local", port: 8080 }],
  ["external-name", { host: "external.t.svc.cluster.local", port: 80 }],
  ["dns-tcp", { kind: "dns", transport: "tcp", name: "cluster.t.svc.cluster.local.", type: "A" }],
  ["dns-reverse", { name: "1.1.96.10.in-addr.arpa.", type: "PTR" }],
])("%s tries %j", (name, expected) => {
  expect(probeOf(name).plan(scene, 1000)).toMatchObject({ timeoutMs: 1000, ...expected });
});

test.each([
  ["pod-to-pod-other-node", { other: undefined }, "the cluster has one node that takes pods"],
  ["node-port-other-node", { other: undefined }, "the cluster has one node that takes pods"],
  [
    "load-balancer",
    { services: { ...scene.services, "load-balancer": nothing } },
    "nothing here gives Services of type LoadBalancer an address",
  ],
  [
    "dns-external",
    { externalName: undefined },
    "no name outside is asked for: -external-name NAME",
  ],
])("%s is skipped with a reason", (name, change, skip) => {
  expect(probeOf(name).plan({ ...scene, ...change }, 1000)).toEqual({ skip });
});

const answer = (pod: string, client: string, bytes = 0): Outcome => ({
  kind: "answer",
  server: { pod, node: "n", client },
  bytes,
  tookMs: 1,
});
const records = (...values: readonly string[]): Outcome => ({
  kind: "records",
  rcode: values.length === 0 ? "NXDOMAIN" : "NOERROR",
  name: "cluster.t.svc.cluster.local.",
  values,
  tookMs: 1,
});

test.each([
  ["pod-to-pod-same-node", answer("server-same-node", "10.244.0.5"), undefined],
  [
    "pod-to-pod-same-node",
    answer("server-other-node", "10.244.0.5"),
    "server-other-node answers in place of server-same-node",
  ],
  [
    "pod-to-pod-other-node",
    answer("server-other-node", "172.30.0.2"),
    "the server sees 172.30.0.2 in place of the pod's 10.244.0.5: the packets are translated",
  ],
  [
    "large-packets-other-node",
    answer("server-other-node", "10.244.0.5", 1400),
    "1400 of 1000000 bytes came back",
  ],
  ["cluster-ip", answer("server-other-node", "10.244.0.5"), undefined],
  [
    "hairpin",
    answer("server-same-node", "10.244.0.1"),
    "server-same-node answers in place of client",
  ],
  ["dns-udp", records("10.96.1.1"), undefined],
  ["dns-udp", records(), "NXDOMAIN without a record for cluster.t.svc.cluster.local."],
  ["dns-udp", records("10.96.9.9"), "cluster.t.svc.cluster.local. is 10.96.9.9 and not 10.96.1.1"],
])("%s judges %j", (name, outcome, expected) => {
  if (outcome.kind === "failure") throw new Error("no table row is one");
  expect(probeOf(name).judge(outcome, scene)).toBe(expected);
});
