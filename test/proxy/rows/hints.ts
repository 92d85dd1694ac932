/** Rows 71 to 75: hints of topology. The node under test is in zone-a. */
import type { Row } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { served, tcp } from "../steps.ts";

const inA = { forZones: ["zone-a"] };
const inB = { forZones: ["zone-b"] };

export const hintsRows: readonly Row[] = [
  {
    number: 71,
    name: "hints of zones keep traffic in the zone",
    objects: [
      service("row-71", { clusterIP: "10.96.71.1" }),
      slice("row-71", [
        { place: "A", ...inB },
        { place: "R", ...inA },
      ]),
    ],
    steps: [tcp("C", "10.96.71.1:80", served(["R"]), { times: 50 })],
  },
  {
    number: 72,
    name: "one ready endpoint without a hint, and hints mean nothing",
    objects: [
      service("row-72", { clusterIP: "10.96.72.1" }),
      slice("row-72", [{ place: "A", ...inB }, { place: "R", ...inA }, "S"]),
    ],
    steps: [tcp("C", "10.96.72.1:80", served(["A", "R", "S"]))],
  },
  {
    number: 73,
    name: "no hint for this zone, and hints mean nothing",
    objects: [
      service("row-73", { clusterIP: "10.96.73.1" }),
      slice("row-73", [
        { place: "A", ...inB },
        { place: "R", ...inB },
      ]),
    ],
    steps: [tcp("C", "10.96.73.1:80", served(["A", "R"]))],
  },
  {
    number: 74,
    name: "hints of nodes come before those of zones, and count only when one is for this node",
    objects: [
      service("row-74", { clusterIP: "10.96.74.1" }),
      slice("row-74", [
        { place: "A", ...inB, forNodes: ["n1"] },
        { place: "R", ...inA, forNodes: ["n2"] },
      ]),
      service("row-74-zone", { clusterIP: "10.96.74.2" }),
      slice("row-74-zone", [
        { place: "A", ...inB, forNodes: ["n2"] },
        { place: "R", ...inA, forNodes: ["n2"] },
      ]),
    ],
    steps: [tcp("C", "10.96.74.1:80", served(["A"])), tcp("C", "10.96.74.2:80", served(["R"]))],
  },
  {
    number: 75,
    name: "hints say nothing under internal Local",
    objects: [
      service("row-75", { clusterIP: "10.96.75.1", internalTrafficPolicy: "Local" }),
      slice("row-75", [
        { place: "A", ...inB },
        { place: "R", ...inA },
      ]),
    ],
    steps: [tcp("C", "10.96.75.1:80", served(["A"]))],
  },
];
