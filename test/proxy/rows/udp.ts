/** Rows 18 and 76 to 79: UDP flows that connection tracking remembers, and SCTP. */
import type { Row } from "../contract.ts";
import { endFlow, reaching, startFlow, unmoved } from "../keeping.ts";
import { service, slice } from "../objects.ts";
import { act, apply, eventually, pause, refused, sctp, served, udp } from "../steps.ts";

const udpSlice = (name: string, places: readonly string[]) =>
  slice(name, places, { ports: [{ port: 8080, protocol: "UDP" }] });

const udpService = (name: string, clusterIP: string, more = {}) =>
  service(name, { clusterIP, ports: [{ port: 80, protocol: "UDP" }], ...more });

/** All questions of a flow come from one port, so to connection tracking they are one. */
const flow = (from: string, to: string, sourcePort: number) =>
  ({ from, transport: "udp", to, sourcePort }) as const;

export const udpRows: readonly Row[] = [
  {
    number: 76,
    name: "a flow moves from an endpoint that goes to the one that comes",
    objects: [udpService("row-76", "10.96.76.1"), udpSlice("row-76", ["A"])],
    steps: [
      startFlow("flow", flow("C", "10.96.76.1:80", 40_076)),
      reaching("flow", "A"),
      apply(udpSlice("row-76", ["R"])),
      reaching("flow", "R"),
      endFlow("flow", ({ servers }) => {
        const order = servers.map(({ server }) => server).join();
        return order === "A,R" ? undefined : "it did not go from A to R";
      }),
    ],
  },
  {
    number: 77,
    name: "a flow that began before the Service and its endpoints works once they are there",
    objects: [],
    steps: [
      startFlow("before the Service", flow("C", "10.96.77.1:80", 40_077)),
      pause(200),
      apply(udpService("row-77", "10.96.77.1")),
      startFlow("before the endpoint", flow("C", "10.96.77.1:80", 40_078)),
      pause(200),
      apply(udpSlice("row-77", ["R"])),
      reaching("before the Service", "R"),
      reaching("before the endpoint", "R"),
    ],
  },
  {
    number: 78,
    name: "a flow to the NodePort lives on when its pod is replaced",
    objects: [
      udpService("row-78", "10.96.78.1", {
        type: "NodePort",
        ports: [{ port: 80, protocol: "UDP", nodePort: 30_078 }],
      }),
      udpSlice("row-78", ["A"]),
    ],
    steps: [
      startFlow("flow", flow("X", "192.168.50.2:30078", 40_079)),
      reaching("flow", "A"),
      apply(udpSlice("row-78", [])),
      eventually(udp("X", "192.168.50.2:30078", refused)),
      apply(udpSlice("row-78", ["B"])),
      reaching("flow", "B"),
      endFlow("flow", ({ servers }) => {
        const order = servers.map(({ server }) => server).join();
        return order === "A,B" ? undefined : "it did not go from A to B";
      }),
    ],
  },
  {
    number: 79,
    name: "flows stay where they are while other Services and other endpoints change",
    objects: [
      udpService("row-79", "10.96.79.1"),
      udpSlice("row-79", ["A", "R"]),
      udpService("row-79-other", "10.96.79.2"),
    ],
    steps: [
      startFlow("flow", { ...flow("C", "10.96.79.1:80", 40_080), timeoutMs: 5000 }),
      act("another Service has its endpoints changed ten times", async (scene) => {
        for (let round = 0; round < 10; round++) {
          await apply(udpSlice("row-79-other", round % 2 === 0 ? ["A"] : ["R"])).run(scene);
        }
      }),
      apply(udpSlice("row-79", ["A", "R", "S"])),
      pause(1000),
      endFlow("flow", unmoved),
    ],
  },
  {
    number: 18,
    name: "a Service over SCTP",
    needs: ["sctp"],
    objects: [
      service("row-18", { clusterIP: "10.96.18.1", ports: [{ port: 80, protocol: "SCTP" }] }),
      slice("row-18", ["A", "R"], { ports: [{ port: 8082, protocol: "SCTP" }] }),
    ],
    steps: [
      act("the endpoints listen", async ({ agent }) => {
        for (const name of ["A", "R"])
          await (await agent(name)).serve({ transport: "sctp", name, port: 8082 });
      }),
      sctp("C", "10.96.18.1:80", served(["A", "R"])),
    ],
  },
];
