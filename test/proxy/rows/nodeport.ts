/** Rows 26 to 35: a Service at a port of the node. */
import type { Row } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { act, configure, refused, served, tcp, udp } from "../steps.ts";

const nodePort = (number: number, port = {}) => ({
  type: "NodePort",
  ports: [{ port: 80, nodePort: 30_000 + number, ...port }],
});

export const nodePortRows: readonly Row[] = [
  {
    number: 26,
    name: "an outside host reaches an endpoint elsewhere, which sees the node",
    objects: [service("row-26", nodePort(26)), slice("row-26", ["R"])],
    steps: [tcp("X", "192.168.50.2:30026", served(["R"], { source: "node" }))],
  },
  {
    number: 27,
    name: "a pod reaches the node's port",
    objects: [service("row-27", nodePort(27)), slice("row-27", ["A", "R"])],
    steps: [tcp("C", "192.168.50.2:30027", served(["A", "R"]))],
  },
  {
    number: 28,
    name: "the node reaches its own port",
    objects: [service("row-28", nodePort(28)), slice("row-28", ["A", "R"])],
    steps: [tcp("n1", "192.168.50.2:30028", served(["A", "R"], { source: "node" }))],
  },
  {
    number: 29,
    name: "by default only the node's primary address answers",
    objects: [service("row-29", nodePort(29)), slice("row-29", ["A"])],
    steps: [
      tcp("X", "192.168.50.2:30029", served(["A"])),
      tcp("X", "192.168.50.12:30029", refused),
    ],
  },
  {
    number: 31,
    name: "the loopback address does not answer",
    objects: [service("row-31", nodePort(31)), slice("row-31", ["A"])],
    steps: [tcp("n1", "127.0.0.1:30031", refused)],
  },
  {
    number: 32,
    name: "the pods' gateway answers where it is one of the addresses",
    objects: [service("row-32", nodePort(32)), slice("row-32", ["A", "R"])],
    steps: [
      tcp("C", "10.244.0.1:30032", refused),
      configure({ nodePortAddresses: ["10.244.0.0/24", "192.168.50.2/32"] }),
      tcp("C", "10.244.0.1:30032", served(["A", "R"])),
      tcp("X", "192.168.50.2:30032", served(["A", "R"])),
      configure({}),
    ],
  },
  {
    number: 33,
    name: "without endpoints an outside host is refused",
    objects: [service("row-33", nodePort(33))],
    steps: [tcp("X", "192.168.50.2:30033", refused)],
  },
  {
    number: 34,
    name: "two Services share a number over TCP and over UDP",
    objects: [
      service("row-34-t", nodePort(34)),
      slice("row-34-t", ["A"]),
      service("row-34-u", nodePort(34, { protocol: "UDP" })),
      slice("row-34-u", ["R"], { ports: [{ port: 8081, protocol: "UDP" }] }),
    ],
    steps: [
      tcp("X", "192.168.50.2:30034", served(["A:8080"])),
      udp("X", "192.168.50.2:30034", served(["R:8081"])),
    ],
  },
  {
    number: 35,
    name: "a process of the node on the same number is passed over at the node's address",
    objects: [service("row-35", nodePort(35)), slice("row-35", ["A"])],
    steps: [
      act("a process of the node listens", async ({ agent }) => {
        await (await agent("n1")).serve({ transport: "tcp", name: "process", port: 30_035 });
      }),
      tcp("n1", "192.168.50.2:30035", served(["A"])),
      tcp("X", "192.168.50.2:30035", served(["A"])),
      tcp("n1", "127.0.0.1:30035", served(["process"])),
    ],
  },
  {
    number: 30,
    name: "nodePortAddresses chooses the addresses that answer",
    config: { nodePortAddresses: ["192.168.50.12/32"] },
    objects: [service("row-30", nodePort(30)), slice("row-30", ["A"])],
    steps: [
      tcp("X", "192.168.50.12:30030", served(["A"])),
      tcp("X", "192.168.50.2:30030", refused),
    ],
  },
];
