/** Row 86: many Services. */
import type { Row } from "../contract.ts";
import { endFlow, startFlow, unbroken } from "../keeping.ts";
import { service, slice } from "../objects.ts";
import { apply, applyMany, served, tcp } from "../steps.ts";

const count = process.env.FAIRLEAD_SOAK === "1" ? 10_000 : 1000;

/** From 10.96.100.1 on, behind the addresses of all rows. */
const many = Array.from({ length: count }, (_, index) => {
  const address = `10.96.${100 + Math.floor(index / 250)}.${1 + (index % 250)}`;
  return [
    service(`many-${index}`, { clusterIP: address }),
    slice(`many-${index}`, ["A", "B", "R", "S"]),
  ];
}).flat();

export const scaleRows: readonly Row[] = [
  {
    number: 86,
    name: `among ${count} Services a change comes through, and nobody else notices`,
    objects: [service("row-86", { clusterIP: "10.96.86.1" }), slice("row-86", ["A"])],
    steps: [
      startFlow("another's", {
        ...{ from: "X", transport: "tcp", to: "10.96.86.1:80" },
        ...{ fresh: true, timeoutMs: 5000 },
      }),
      applyMany(many),
      tcp("C", "10.96.100.1:80", served(["A", "B", "R", "S"])),
      apply(slice("many-0", ["R"])),
      tcp("C", "10.96.100.1:80", served(["R"])),
      endFlow("another's", unbroken),
    ],
  },
];
