import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCommand } from "#linux/command.ts";
import { FairleadError } from "#observe/errors.ts";
import { programFolder } from "./process/environment.ts";

/** Where `make shim` puts it. */
export const shim = join(programFolder, "dist/shim/fairlead");

/**
 * Builds the CNI plugin that stands on nodes, unless it is there.
 * @throws FairleadError FL-M001 where it cannot be
 */
export async function ensureShim(): Promise<void> {
  if (existsSync(shim)) return;
  if (findCommand("cc") === undefined)
    throw new FairleadError(
      "FL-M001",
      "a lab needs the CNI plugin dist/shim/fairlead, and the command cc to build it: apt-get install gcc libc6-dev",
    );
  try {
    await promisify(execFile)(join(programFolder, "scripts/shim.sh"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-M001", `the CNI plugin cannot be built: ${why}`, { cause: error });
  }
}
