/** Words that scenarios share. */
import type { Scenario, ScenarioResult } from "../contract.ts";

export const fairlead = "fairlead node";
/** The Service kube-dns. */
export const clusterDns = "10.96.0.10";

/** What all of this benchmark's results have in common. */
export function headOf(
  { name, title }: Scenario,
  rounds: number,
): Pick<ScenarioResult, "scenario" | "title" | "measuredAt" | "rounds"> {
  return { scenario: name, title, measuredAt: new Date().toISOString(), rounds };
}
