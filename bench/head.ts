import type { Scenario, ScenarioResult } from "./contract.ts";

/** What all results have in common. */
export function headOf(
  { name, title }: Scenario,
  rounds: number,
): Pick<ScenarioResult, "scenario" | "title" | "measuredAt" | "rounds"> {
  return { scenario: name, title, measuredAt: new Date().toISOString(), rounds };
}
