import type { EventEmitter } from "node:events";
import type { Logger } from "./contract.ts";

/**
 * Sends the runtime's warnings (leaking listeners, deprecations) to the log instead of standard error.
 *
 * @param source the process, or what stands for it in a test
 * @returns the way to stop
 */
export function logProcessWarnings(logger: Logger, source: EventEmitter = process): () => void {
  const log = (warning: Error) => logger.warn({ warning: warning.name }, warning.message);
  source.on("warning", log);
  return () => source.off("warning", log);
}
