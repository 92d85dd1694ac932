import type { Scenario } from "../../contract.ts";
import { leasesScenario } from "./leases.ts";
import { lone } from "./lone.ts";
import { nodesScenario } from "./nodes.ts";
import { parallel } from "./parallel.ts";
import { path } from "./path.ts";

/** Every scenario of `bench cni`, in the order in which they run and are reported. */
export const cniScenarios: readonly Scenario[] = [
  lone,
  parallel,
  leasesScenario,
  path,
  nodesScenario,
];
