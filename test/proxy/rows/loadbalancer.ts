/** Rows 47 to 58: load balancers' addresses, their source ranges and health checks, external IPs. */
import type { Row } from "../contract.ts";
import { healthCheck } from "../http.ts";
import { ingress, service, slice } from "../objects.ts";
import {
  apply,
  command,
  eventually,
  leaked,
  refused,
  remove,
  served,
  silent,
  tcp,
} from "../steps.ts";

/** ClusterIP 10.96.NN.1, NodePort 300NN; the balancer's address is 203.0.113.NN. */
const balancer = (number: number, more = {}) =>
  service(
    `row-${number}`,
    {
      type: "LoadBalancer",
      clusterIP: `10.96.${number}.1`,
      ports: [{ port: 80, nodePort: 30_000 + number }],
      ...more,
    },
    ingress(`203.0.113.${number}`),
  );

const one = { sourceAddress: "198.51.100.10" };
const other = { sourceAddress: "198.51.100.20" };
const onlyOne = { loadBalancerSourceRanges: ["198.51.100.10/32"] };

const checked = (number: number) =>
  balancer(number, { externalTrafficPolicy: "Local", healthCheckNodePort: 31_000 + number });

export const loadBalancerRows: readonly Row[] = [
  {
    number: 47,
    name: "the balancer's address is served on the node, masqueraded",
    objects: [balancer(47), slice("row-47", ["A", "R"])],
    steps: [
      tcp("C", "203.0.113.47:80", served(["A", "R"], { source: "node" })),
      tcp("X", "203.0.113.47:80", served(["A", "R"], { source: "node" })),
    ],
  },
  {
    number: 48,
    name: "with ipMode Proxy traffic goes out to the balancer",
    objects: [
      service(
        "row-48",
        { type: "LoadBalancer", clusterIP: "10.96.48.1" },
        ingress("203.0.113.48", "Proxy"),
      ),
      slice("row-48", ["A"]),
    ],
    steps: [tcp("C", "203.0.113.48:80", leaked), tcp("C", "10.96.48.1:80", served(["A"]))],
  },
  {
    number: 49,
    name: "source ranges: who is in them is served, everyone else meets silence",
    objects: [balancer(49, onlyOne), slice("row-49", ["A"])],
    steps: [
      tcp("X", "203.0.113.49:80", served(["A"]), one),
      tcp("X", "203.0.113.49:80", silent, other),
    ],
  },
  {
    number: 50,
    name: "source ranges are not for the NodePort and the ClusterIP",
    objects: [balancer(50, onlyOne), slice("row-50", ["A"])],
    steps: [
      tcp("X", "192.168.50.2:30050", served(["A"]), other),
      tcp("X", "10.96.50.1:80", served(["A"]), other),
    ],
  },
  {
    number: 51,
    name: "source ranges that hold the node hold the balancer's address on it",
    objects: [
      balancer(51, { loadBalancerSourceRanges: ["192.168.50.2/32"] }),
      slice("row-51", ["A", "R"]),
    ],
    steps: [
      // As a balancer does that hands the address to the node: the node's own packets have it as their source.
      command(
        "n1",
        "ip address add 203.0.113.51/32 dev lo",
        "ip address delete 203.0.113.51/32 dev lo",
      ),
      tcp("n1", "203.0.113.51:80", served(["A", "R"])),
      tcp("X", "203.0.113.51:80", silent),
    ],
  },
  {
    number: 52,
    name: "without endpoints: who is in the source ranges is refused, everyone else meets silence",
    objects: [balancer(52, onlyOne), slice("row-52", [])],
    steps: [tcp("X", "203.0.113.52:80", refused, one), tcp("X", "203.0.113.52:80", silent, other)],
  },
  {
    number: 53,
    name: "the health check counts the endpoints on the node",
    objects: [checked(53), slice("row-53", ["A", "R"])],
    steps: [healthCheck("X", "192.168.50.2:31053", { status: 200, localEndpoints: 1 })],
  },
  {
    number: 54,
    name: "the health check of a node without endpoints is 503",
    objects: [checked(54), slice("row-54", ["R"])],
    steps: [healthCheck("X", "192.168.50.2:31054", { status: 503, localEndpoints: 0 })],
  },
  {
    number: 55,
    name: "the health check counts no terminating endpoint, while it still serves",
    objects: [checked(55), slice("row-55", [{ place: "A", state: "terminating" }])],
    steps: [
      healthCheck("X", "192.168.50.2:31055", { status: 503, localEndpoints: 0 }),
      tcp("X", "192.168.50.2:30055", served(["A"], { source: "client" })),
    ],
  },
  {
    number: 56,
    name: "the health check ends with its Service",
    objects: [checked(56), slice("row-56", ["A"])],
    steps: [
      healthCheck("X", "192.168.50.2:31056", { status: 200, localEndpoints: 1 }),
      remove(checked(56)),
      eventually(tcp("X", "192.168.50.2:31056", refused)),
    ],
  },
  {
    number: 57,
    name: "an external IP that is not on the node is served, masqueraded",
    objects: [
      service("row-57", { clusterIP: "10.96.57.1", externalIPs: ["203.0.113.57"] }),
      slice("row-57", ["A", "R"]),
    ],
    steps: [
      tcp("C", "203.0.113.57:80", served(["A", "R"])),
      tcp("X", "203.0.113.57:80", served(["A", "R"], { source: "node" })),
    ],
  },
  {
    number: 58,
    name: "external Local keeps the client's address at an external IP",
    objects: [
      service("row-58", {
        type: "NodePort",
        clusterIP: "10.96.58.1",
        externalTrafficPolicy: "Local",
        externalIPs: ["203.0.113.58"],
      }),
      slice("row-58", ["A", "R"]),
    ],
    steps: [
      tcp("X", "203.0.113.58:80", served(["A"], { source: "client" })),
      apply(slice("row-58", ["R"])),
      tcp("X", "203.0.113.58:80", silent),
    ],
  },
];
