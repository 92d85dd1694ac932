/** Words that scenarios share. */
import type { Scenario, ScenarioResult } from "../contract.ts";

export const fairlead = "fairlead";

/** "10,000 services". */
export function servicesText(count: number): string {
  return `${count.toLocaleString("en-US")} services`;
}

/** What all of this benchmark's results have in common. */
export function headOf(
  scenario: Scenario,
  rounds: number,
): Pick<ScenarioResult, "scenario" | "title" | "measuredAt" | "rounds"> {
  const { name, title } = scenario;
  return { scenario: name, title, measuredAt: new Date().toISOString(), rounds };
}
