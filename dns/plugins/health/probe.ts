import { get } from "node:http";
import { setInterval } from "node:timers/promises";
import type { Logger } from "#observe/contract.ts";
import type { HealthMetrics } from "./metrics.ts";

const INTERVAL_MS = 1000;
const TIMEOUT_MS = 3000;

export interface ProbeOptions {
  readonly url: string;
  readonly metrics: HealthMetrics;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Asks the process's own health endpoint once a second until the signal aborts: how long that takes shows how busy
 * the main thread is. Never rejects.
 */
export async function probeUntil(options: ProbeOptions): Promise<void> {
  try {
    for await (const _ of setInterval(INTERVAL_MS, undefined, {
      signal: options.signal,
      ref: false,
    })) {
      await probe(options);
    }
  } catch (error) {
    if (!options.signal.aborted) options.logger.error({ error }, "the health probe ended");
  }
}

/** One request: its duration is observed, its failure counted and logged. */
export async function probe({ url, metrics, logger, signal }: ProbeOptions): Promise<void> {
  const startMs = performance.now();
  try {
    await request(url, signal);
  } catch (error) {
    if (signal.aborted) return;
    metrics.failures.inc();
    logger.warn({ url, error }, "the process does not answer its own health check");
  }
  const elapsedMs = performance.now() - startMs;
  metrics.duration.observe(elapsedMs / 1000);
  if (elapsedMs > INTERVAL_MS)
    logger.warn(
      { url, elapsedMs: Math.round(elapsedMs) },
      "a local health check took more than 1 s",
    );
}

function request(url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    get(url, { signal: bounded }, (response) => {
      response.on("error", reject).on("end", resolve).resume();
    }).on("error", reject);
  });
}
