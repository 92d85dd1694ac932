import type { PlanWarning } from "../contract.ts";

/** What the API server admits (v1 ClientIPConfig). */
const MAX_TIMEOUT_SECONDS = 86_400;

export interface Affinity {
  readonly timeoutSeconds: number | undefined;
  readonly warnings: readonly PlanWarning[];
}

/** A timeout out of range is brought into it, so that clients stay with their endpoint all the same. */
export function readAffinity(seconds: number | undefined, subject: string): Affinity {
  if (seconds === undefined || (seconds >= 1 && seconds <= MAX_TIMEOUT_SECONDS)) {
    return { timeoutSeconds: seconds, warnings: [] };
  }
  const timeoutSeconds = Math.min(Math.max(seconds, 1), MAX_TIMEOUT_SECONDS);
  const message = `${subject}: sessionAffinityConfig.clientIP.timeoutSeconds: ${seconds} is not from 1 to ${MAX_TIMEOUT_SECONDS}: ${timeoutSeconds} is used`;
  return { timeoutSeconds, warnings: [{ reason: "bad-affinity-timeout", message }] };
}
