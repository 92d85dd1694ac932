import type { Logger } from "#observe/contract.ts";
import { StatusError } from "../status.ts";

/** Runs a controller's write. A namespace that is going away takes no new objects, and needs none. */
export function unlessTerminating(
  logger: Logger | undefined,
  about: Readonly<Record<string, string>>,
  write: () => void,
): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== "Forbidden")
      logger?.error({ err: error, ...about }, "objects not written");
  }
}
