import type { Scenario } from "../../contract.ts";
import { convergence } from "./convergence.ts";
import { footprint } from "./footprint.ts";
import { killed } from "./killed.ts";

/** Every scenario of `bench node`, in the order in which they run and are reported. */
export const nodeScenarios: readonly Scenario[] = [footprint, convergence, killed];
