import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import { fetchText } from "../measure/http.ts";
import { corefilePorts } from "./corefile.ts";

const timeoutMs = 60_000;

/**
 * Waits until the server on that DNS port says that it is ready. Resolves to the seconds that it took.
 * @throws FairleadError FL-B002 after a minute
 */
export async function untilReady(port: number, signal: AbortSignal): Promise<number> {
  const startMs = performance.now();
  while ((await fetchText(corefilePorts(port).ready, "/ready")).status !== 200) {
    signal.throwIfAborted();
    if (performance.now() - startMs > timeoutMs)
      throw new FairleadError("FL-B002", `the server on port ${port} does not become ready`);
    await sleep(10);
  }
  return (performance.now() - startMs) / 1000;
}
