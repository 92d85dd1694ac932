/** Rows 36 to 46: externalTrafficPolicy and internalTrafficPolicy. */
import type { Row } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { apply, refused, served, silent, tcp } from "../steps.ts";
import { hostPort } from "../world.ts";

const onHosts = { ports: [{ port: hostPort }] };

/** NodePort 300NN and ClusterIP 10.96.NN.1 with externalTrafficPolicy: Local. */
const local = (number: number) => ({
  type: "NodePort",
  clusterIP: `10.96.${number}.1`,
  externalTrafficPolicy: "Local",
  ports: [{ port: 80, nodePort: 30_000 + number }],
});

const internalLocal = (number: number) => ({
  clusterIP: `10.96.${number}.1`,
  internalTrafficPolicy: "Local",
});

export const policyRows: readonly Row[] = [
  {
    number: 36,
    name: "external Local keeps the client's address and to endpoints on the node",
    objects: [service("row-36", local(36)), slice("row-36", ["A", "R"])],
    steps: [tcp("X", "192.168.50.2:30036", served(["A"], { source: "client" }))],
  },
  {
    number: 37,
    name: "external Local with endpoints elsewhere alone is silent to outside hosts",
    objects: [service("row-37", local(37)), slice("row-37", ["R"])],
    steps: [tcp("X", "192.168.50.2:30037", silent)],
  },
  {
    number: 38,
    name: "external Local: a pod of the node reaches endpoints elsewhere, and is seen",
    objects: [service("row-38", local(38)), slice("row-38", ["R"])],
    steps: [tcp("C", "192.168.50.2:30038", served(["R"], { source: "client" }))],
  },
  {
    number: 39,
    name: "external Local: the node itself reaches endpoints elsewhere, masqueraded",
    objects: [service("row-39", local(39)), slice("row-39", ["R"])],
    steps: [tcp("n1", "192.168.50.2:30039", served(["R"], { source: "node" }))],
  },
  {
    number: 40,
    name: "external Local without any endpoint refuses",
    objects: [service("row-40", local(40)), slice("row-40", [])],
    steps: [tcp("X", "192.168.50.2:30040", refused)],
  },
  {
    number: 41,
    name: "external Local says nothing about the ClusterIP",
    objects: [service("row-41", local(41)), slice("row-41", ["R"])],
    steps: [tcp("C", "10.96.41.1:80", served(["R"], { source: "client" }))],
  },
  {
    number: 42,
    name: "internal Local keeps to endpoints on the node",
    objects: [service("row-42", internalLocal(42)), slice("row-42", ["A", "R"])],
    steps: [tcp("C", "10.96.42.1:80", served(["A"]), { times: 50 })],
  },
  {
    number: 43,
    name: "internal Local with endpoints elsewhere alone is silent",
    objects: [service("row-43", internalLocal(43)), slice("row-43", ["R"])],
    steps: [tcp("C", "10.96.43.1:80", silent), tcp("n1", "10.96.43.1:80", silent)],
  },
  {
    number: 44,
    name: "internal Local says nothing about the NodePort",
    objects: [
      service("row-44", {
        ...internalLocal(44),
        type: "NodePort",
        ports: [{ port: 80, nodePort: 30_044 }],
      }),
      slice("row-44", ["R"]),
    ],
    steps: [
      tcp("X", "192.168.50.2:30044", served(["R"], { source: "node" })),
      tcp("C", "10.96.44.1:80", silent),
    ],
  },
  {
    number: 45,
    name: "endpoints in the nodes' own network are reached by pods",
    objects: [
      service("row-45", { clusterIP: "10.96.45.1" }),
      slice("row-45", ["n1", "n2"], onHosts),
    ],
    steps: [tcp("C", "10.96.45.1:80", served(["n1", "n2"], { source: "client" }))],
  },
  {
    number: 46,
    name: "internal Local between processes of the node; silent when the server is on another",
    objects: [service("row-46", internalLocal(46)), slice("row-46", ["n1", "n2"], onHosts)],
    steps: [
      tcp("n1", "10.96.46.1:80", served(["n1"], { source: "node" })),
      apply(slice("row-46", ["n2"], onHosts)),
      tcp("n1", "10.96.46.1:80", silent),
    ],
  },
];
