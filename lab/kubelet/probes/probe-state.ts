import type { Probe } from "../contract.ts";
import type { Outcome, ProbeState } from "./contract.ts";

export const untried: ProbeState = { successes: 0, failures: 0, verdict: undefined };

/** The state after one more answer; thresholds count answers of one kind in a row. */
export function afterOutcome(
  before: ProbeState,
  { isSuccess }: Pick<Outcome, "isSuccess">,
  { successThreshold = 1, failureThreshold = 3 }: Probe,
): ProbeState {
  if (isSuccess) {
    const successes = before.successes + 1;
    const verdict = successes >= successThreshold ? "passed" : before.verdict;
    return { successes, failures: 0, verdict };
  }
  const failures = before.failures + 1;
  return {
    successes: 0,
    failures,
    verdict: failures >= failureThreshold ? "failed" : before.verdict,
  };
}
