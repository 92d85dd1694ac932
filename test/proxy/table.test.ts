import { expect, test } from "vitest";
import { affinityRows } from "./rows/affinity.ts";
import { beyondRows } from "./rows/beyond.ts";
import { clusterIpRows } from "./rows/clusterip.ts";
import { familyRows } from "./rows/families.ts";
import { hintsRows } from "./rows/hints.ts";
import { loadBalancerRows } from "./rows/loadbalancer.ts";
import { nodePortRows } from "./rows/nodeport.ts";
import { policyRows } from "./rows/policy.ts";
import { processRows } from "./rows/process.ts";
import { readinessRows } from "./rows/readiness.ts";
import { scaleRows } from "./rows/scale.ts";
import { udpRows } from "./rows/udp.ts";

const rows = [
  ...clusterIpRows,
  ...nodePortRows,
  ...policyRows,
  ...loadBalancerRows,
  ...affinityRows,
  ...readinessRows,
  ...hintsRows,
  ...udpRows,
  ...familyRows,
  ...processRows,
  ...scaleRows,
  ...beyondRows,
];

test("the table has the rows 1 to 105, each once", () => {
  const numbers = rows.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 105 }, (_, index) => index + 1));
});

test("no two rows have a name in common", () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
});
