/** Rows 66 to 70: ready, serving and terminating endpoints. */
import type { Row } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { refused, served, tcp } from "../steps.ts";

export const readinessRows: readonly Row[] = [
  {
    number: 66,
    name: "endpoints that terminate serve while there are no others",
    objects: [
      service("row-66", { clusterIP: "10.96.66.1" }),
      slice("row-66", [
        { place: "A", state: "terminating" },
        { place: "R", state: "terminating" },
      ]),
    ],
    steps: [tcp("C", "10.96.66.1:80", served(["A", "R"]))],
  },
  {
    number: 67,
    name: "endpoints that terminate get nothing new while there are others",
    objects: [
      service("row-67", { clusterIP: "10.96.67.1" }),
      slice("row-67", [{ place: "A", state: "terminating" }, "R"]),
    ],
    steps: [tcp("C", "10.96.67.1:80", served(["R"]), { times: 50 })],
  },
  {
    number: 68,
    name: "endpoints that terminate and serve no more are none",
    objects: [
      service("row-68", { clusterIP: "10.96.68.1" }),
      slice("row-68", [{ place: "A", state: "terminated" }]),
    ],
    steps: [tcp("C", "10.96.68.1:80", refused)],
  },
  {
    number: 69,
    name: "external Local falls back to what terminates on the node, not to what is ready elsewhere",
    objects: [
      service("row-69", {
        type: "NodePort",
        clusterIP: "10.96.69.1",
        externalTrafficPolicy: "Local",
        ports: [{ port: 80, nodePort: 30_069 }],
      }),
      slice("row-69", [{ place: "A", state: "terminating" }, "R"]),
    ],
    steps: [
      tcp("X", "192.168.50.2:30069", served(["A"], { source: "client" })),
      tcp("C", "10.96.69.1:80", served(["R"])),
    ],
  },
  {
    number: 70,
    name: "endpoints that are published unready serve",
    objects: [
      service("row-70", { clusterIP: "10.96.70.1", publishNotReadyAddresses: true }),
      slice("row-70", [
        { place: "A", state: "published" },
        { place: "R", state: "unready" },
      ]),
    ],
    steps: [tcp("C", "10.96.70.1:80", served(["A"]))],
  },
];
