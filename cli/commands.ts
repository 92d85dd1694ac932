import type { Command } from "./contract.ts";

/** Every command, in the order that help lists them. */
export const commands: readonly Command[] = [
  { name: "dns", summary: "the cluster DNS server", load: () => import("./dns.ts") },
  {
    name: "proxy",
    summary: "the Service proxy, in kube-proxy's place",
    load: () => import("./proxy.ts"),
  },
  {
    name: "agent",
    summary: "the CNI's daemon of a node: pods' interfaces, routes between nodes",
    load: () => import("./agent.ts"),
  },
  {
    name: "node",
    summary: "DNS, Service proxy and CNI agent of a node in one process",
    load: () => import("./node.ts"),
  },
  {
    name: "doctor",
    summary: "what is left or amiss of pods' networks on this node, and mends it",
    load: () => import("./doctor.ts"),
  },
  {
    name: "status",
    summary: "whether nodes, agents and DNS of a cluster are well",
    load: () => import("./status.ts"),
  },
  {
    name: "test",
    summary: "whether pods, nodes and Services of a cluster reach one another",
    load: () => import("./test.ts"),
  },
  {
    name: "apiserver",
    summary: "an API server for one machine",
    load: () => import("./apiserver.ts"),
  },
  { name: "lab", summary: "a cluster on this machine", load: () => import("./lab.ts") },
  { name: "bench", summary: "benchmarks against rivals", load: () => import("./bench.ts") },
];
