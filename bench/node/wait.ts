import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Started } from "#test/topology/contract.ts";

const timeoutMs = 60_000;
const pollMs = 10;

/**
 * Looks again and again until there is something to see.
 * @param process what it waits for; its output tells why when nothing comes
 * @throws FairleadError FL-B002 when the process ends first, or after a minute
 */
export async function untilSeen<T>(
  what: string,
  process: Started,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  for (const endMs = Date.now() + timeoutMs; ; await sleep(pollMs)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > endMs || !process.isRunning())
      throw new FairleadError("FL-B002", `${what}: ${process.output()}`);
  }
}

/** When the process says those words. */
export async function untilSaid(process: Started, words: string): Promise<void> {
  await untilSeen(`it does not say "${words}"`, process, () =>
    process.output().includes(words) ? words : undefined,
  );
}

/** What `fairlead node` says once it answers DNS. */
export const nodeServes = "DNS: dns://";
