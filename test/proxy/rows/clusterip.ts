/** Rows 1 to 17, 19 to 25: what a Service is at its ClusterIP, from the first endpoint to the last. */
import type { Row } from "../contract.ts";
import { alive, hold } from "../keeping.ts";
import { service, slice } from "../objects.ts";
import { apply, refused, remove, rulesLack, served, silent, tcp, udp, unserved } from "../steps.ts";
import { hostPort } from "../world.ts";

const udpPort = { port: 80, protocol: "UDP" } as const;
const twoPorts = [
  { name: "a", port: 80 },
  { name: "b", port: 81 },
];

/** An endpoint that no other row here has: its address is in no rule but for these. */
const onHost = { ports: [{ port: hostPort }] };
const hostAddress = "192.168.50.3";

export const clusterIpRows: readonly Row[] = [
  {
    number: 1,
    name: "a pod reaches both endpoints in like parts, and they see the pod",
    objects: [service("row-1", { clusterIP: "10.96.1.1" }), slice("row-1", ["A", "R"])],
    steps: [
      tcp("C", "10.96.1.1:80", served(["A", "R"], { source: "client", share: [0.35, 0.65] }), {
        times: 200,
      }),
    ],
  },
  {
    number: 2,
    name: "the node itself reaches both endpoints, and they see the node",
    objects: [service("row-2", { clusterIP: "10.96.2.1" }), slice("row-2", ["A", "R"])],
    steps: [tcp("n1", "10.96.2.1:80", served(["A", "R"], { source: "node" }))],
  },
  {
    number: 3,
    name: "a host outside that is routed to the ClusterIP is masqueraded, as its address is not the cluster's",
    objects: [service("row-3", { clusterIP: "10.96.3.1" }), slice("row-3", ["A", "R"])],
    steps: [tcp("X", "10.96.3.1:80", served(["A", "R"], { source: "node" }))],
  },
  {
    number: 5,
    name: "a pod reaches itself through its Service and does not see its own address",
    objects: [
      service("row-5", {
        clusterIP: "10.96.5.1",
        ports: [
          { name: "t", port: 80 },
          { name: "u", ...udpPort },
        ],
      }),
      slice("row-5", ["A"], {
        ports: [
          { name: "t", port: 8080 },
          { name: "u", port: 8080, protocol: "UDP" },
        ],
      }),
    ],
    steps: [
      tcp("A", "10.96.5.1:80", served(["A"], { source: "node" })),
      udp("A", "10.96.5.1:80", served(["A"], { source: "node" })),
    ],
  },
  {
    number: 6,
    name: "without endpoints a pod is refused",
    objects: [service("row-6", { clusterIP: "10.96.6.1" }), slice("row-6", [])],
    steps: [tcp("C", "10.96.6.1:80", refused)],
  },
  {
    number: 7,
    name: "without endpoints the node is refused",
    objects: [service("row-7", { clusterIP: "10.96.7.1" })],
    steps: [tcp("n1", "10.96.7.1:80", refused)],
  },
  {
    number: 8,
    name: "without endpoints a datagram is refused",
    objects: [service("row-8", { clusterIP: "10.96.8.1", ports: [udpPort] })],
    steps: [udp("C", "10.96.8.1:80", refused), udp("n1", "10.96.8.1:80", refused)],
  },
  {
    number: 9,
    name: "the first endpoint ends the refusals",
    objects: [service("row-9", { clusterIP: "10.96.9.1" })],
    steps: [
      tcp("C", "10.96.9.1:80", refused),
      apply(slice("row-9", ["R"])),
      tcp("C", "10.96.9.1:80", served(["R"])),
    ],
  },
  {
    number: 10,
    name: "when the endpoints go, new connections are refused and established ones stay",
    objects: [service("row-10", { clusterIP: "10.96.10.1" }), slice("row-10", ["A"])],
    steps: [
      hold("early", { from: "C", transport: "tcp", to: "10.96.10.1:80" }),
      apply(slice("row-10", [])),
      tcp("C", "10.96.10.1:80", refused),
      alive("early"),
    ],
  },
  {
    number: 11,
    name: "a port that the Service has not is refused",
    objects: [service("row-11", { clusterIP: "10.96.11.1" }), slice("row-11", ["A"])],
    steps: [
      tcp("C", "10.96.11.1:81", refused),
      tcp("n1", "10.96.11.1:81", refused),
      udp("C", "10.96.11.1:80", refused),
    ],
  },
  {
    number: 12,
    name: "an address of the Services' range that no Service has is silent, and nothing leaves the node",
    objects: [],
    steps: [tcp("C", "10.96.12.1:80", silent), tcp("n1", "10.96.12.1:80", silent)],
  },
  {
    number: 13,
    name: "a Service that was deleted is not served",
    objects: [service("row-13", { clusterIP: "10.96.13.1" }), slice("row-13", ["A"])],
    steps: [
      tcp("C", "10.96.13.1:80", served(["A"])),
      remove(service("row-13", {})),
      tcp("C", "10.96.13.1:80", silent),
    ],
  },
  {
    number: 14,
    name: "a Service comes back at its address",
    objects: [service("row-14", { clusterIP: "10.96.14.1" }), slice("row-14", ["A"])],
    steps: [
      remove(service("row-14", {})),
      apply(service("row-14-again", { clusterIP: "10.96.14.1" }), slice("row-14-again", ["R"])),
      tcp("C", "10.96.14.1:80", served(["R"])),
    ],
  },
  {
    number: 15,
    name: "a renamed port and a changed target port lead to the new target alone",
    objects: [
      service("row-15", { clusterIP: "10.96.15.1", ports: [{ name: "old", port: 80 }] }),
      slice("row-15", ["A", "R"], { ports: [{ name: "old", port: 8080 }] }),
    ],
    steps: [
      tcp("C", "10.96.15.1:80", served(["A:8080", "R:8080"])),
      apply(
        service("row-15", { clusterIP: "10.96.15.1", ports: [{ name: "new", port: 80 }] }),
        slice("row-15", ["A", "R"], { ports: [{ name: "new", port: 8081 }] }),
      ),
      tcp("C", "10.96.15.1:80", served(["A:8081", "R:8081"])),
    ],
  },
  {
    number: 16,
    name: "a port that is added works, one that is removed is refused",
    objects: [
      service("row-16", { clusterIP: "10.96.16.1", ports: twoPorts.slice(0, 1) }),
      slice("row-16", ["A"], {
        ports: [
          { name: "a", port: 8080 },
          { name: "b", port: 8081 },
        ],
      }),
    ],
    steps: [
      tcp("C", "10.96.16.1:81", refused),
      apply(service("row-16", { clusterIP: "10.96.16.1", ports: twoPorts })),
      tcp("C", "10.96.16.1:80", served(["A:8080"])),
      tcp("C", "10.96.16.1:81", served(["A:8081"])),
      apply(service("row-16", { clusterIP: "10.96.16.1", ports: twoPorts.slice(1) })),
      tcp("C", "10.96.16.1:80", refused),
      tcp("C", "10.96.16.1:81", served(["A:8081"])),
    ],
  },
  {
    number: 17,
    name: "one port number over TCP and over UDP are two",
    objects: [
      service("row-17", {
        clusterIP: "10.96.17.1",
        ports: [
          { name: "t", port: 53 },
          { name: "u", port: 53, protocol: "UDP" },
        ],
      }),
      slice("row-17", ["A"], { ports: [{ name: "t", port: 8080 }], suffix: "t" }),
      slice("row-17", ["R"], {
        ports: [{ name: "u", port: 8081, protocol: "UDP" }],
        suffix: "u",
      }),
    ],
    steps: [
      tcp("C", "10.96.17.1:53", served(["A:8080"])),
      udp("C", "10.96.17.1:53", served(["R:8081"])),
    ],
  },
  {
    number: 19,
    name: "a named target port may be another number in another slice",
    objects: [
      service("row-19", { clusterIP: "10.96.19.1", ports: [{ name: "http", port: 80 }] }),
      slice("row-19", ["A"], { ports: [{ name: "http", port: 8080 }], suffix: "1" }),
      slice("row-19", ["R"], { ports: [{ name: "http", port: 8081 }], suffix: "2" }),
    ],
    steps: [tcp("C", "10.96.19.1:80", served(["A:8080", "R:8081"]))],
  },
  {
    number: 20,
    name: "two slices are one set, in which no endpoint is twice",
    objects: [
      service("row-20", { clusterIP: "10.96.20.1" }),
      slice("row-20", ["A", "R"], { suffix: "1" }),
      slice("row-20", ["A", "S"], { suffix: "2" }),
    ],
    steps: [
      // Twice in the set, A would have half of all.
      tcp("C", "10.96.20.1:80", served(["A", "R", "S"], { share: [0.23, 0.43] }), { times: 300 }),
    ],
  },
  {
    number: 21,
    name: "ports of one Service are balanced each by itself",
    objects: [
      service("row-21", { clusterIP: "10.96.21.1", ports: twoPorts }),
      slice("row-21", ["A", "R"], {
        ports: [
          { name: "a", port: 8080 },
          { name: "b", port: 8081 },
        ],
      }),
    ],
    steps: [
      tcp("C", "10.96.21.1:80", served(["A:8080", "R:8080"])),
      tcp("C", "10.96.21.1:81", served(["A:8081", "R:8081"])),
    ],
  },
  {
    number: 22,
    name: "a headless Service is in no rule",
    objects: [service("row-22", { clusterIP: "None" }), slice("row-22", ["n2"], onHost)],
    steps: [rulesLack("n1", hostAddress)],
  },
  {
    number: 23,
    name: "an ExternalName is in no rule; a Service may become one and be one no more",
    objects: [
      service("row-23", { type: "ExternalName", externalName: "row-23.example.org", ports: [] }),
      slice("row-23", ["n2"], onHost),
    ],
    steps: [
      rulesLack("n1", hostAddress),
      apply(service("row-23", { type: "ClusterIP", clusterIP: "10.96.23.1" })),
      tcp("C", "10.96.23.1:80", served(["n2"])),
      apply(service("row-23", { type: "ExternalName", externalName: "row-23.example.org" })),
      tcp("C", "10.96.23.1:80", unserved),
      rulesLack("n1", hostAddress),
    ],
  },
  {
    number: 24,
    name: "a Service of another proxy is not served until its label goes",
    objects: [
      service(
        "row-24",
        { clusterIP: "10.96.24.1" },
        { labels: { "service.kubernetes.io/service-proxy-name": "other" } },
      ),
      slice("row-24", ["A"]),
    ],
    steps: [
      tcp("C", "10.96.24.1:80", unserved),
      apply(service("row-24", { clusterIP: "10.96.24.1" })),
      tcp("C", "10.96.24.1:80", served(["A"])),
    ],
  },
  {
    number: 25,
    name: "a Service labelled headless is not served",
    objects: [
      service(
        "row-25",
        { clusterIP: "10.96.25.1" },
        { labels: { "service.kubernetes.io/headless": "" } },
      ),
      slice("row-25", ["A"]),
    ],
    steps: [tcp("C", "10.96.25.1:80", unserved)],
  },
  {
    number: 4,
    name: "with masqueradeAll the endpoints see the node",
    config: { nftables: { masqueradeAll: true } },
    objects: [service("row-4", { clusterIP: "10.96.4.1" }), slice("row-4", ["A", "R"])],
    steps: [tcp("C", "10.96.4.1:80", served(["A", "R"], { source: "node" }))],
  },
];
