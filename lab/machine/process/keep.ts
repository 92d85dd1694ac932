import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "#observe/contract.ts";
import { type StartedProcess, type StartOptions, startProcess } from "./start.ts";

export interface KeptProcess {
  /** How often it was started again. */
  readonly restarts: number;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;
/** One that ran for so long starts with the first delay again. */
const settledMs = 30_000;

/** Starts a process, and again whenever it ends, for as long as the supervisor lives. */
export function keepProcess(
  name: string,
  options: () => StartOptions,
  logger: Logger,
): KeptProcess {
  let restarts = 0;
  let current: StartedProcess = startProcess(options());
  const watch = async (): Promise<never> => {
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
      const sinceMs = performance.now();
      const end = await current.ended;
      if (performance.now() - sinceMs > settledMs) delayMs = firstDelayMs;
      logger.warn({ process: name, end }, `${name} ended and is started again in ${delayMs} ms`);
      await sleep(delayMs);
      restarts += 1;
      current = startProcess(options());
    }
  };
  void watch();
  return {
    get restarts() {
      return restarts;
    },
  };
}
