import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FairleadError } from "#observe/errors.ts";
import { findCommand } from "./checks.ts";
import { programFolder } from "./process/environment.ts";

/** In a checkout, where `make shim` puts it, and beside the commands of what was installed. */
const places = ["dist/shim/fairlead", "cli/shim/fairlead"];

/**
 * Builds the CNI plugin that stands on nodes, unless it is there.
 * @returns whether it was built
 * @throws FairleadError FL-M001 where it cannot be
 */
export async function ensureShim(): Promise<boolean> {
  if (places.some((place) => existsSync(join(programFolder, place)))) return false;
  if (findCommand("cc") === undefined)
    throw new FairleadError(
      "FL-M001",
      "a lab needs the CNI plugin dist/shim/fairlead, and the command cc to build it: apt-get install gcc libc6-dev",
    );
  try {
    await promisify(execFile)(join(programFolder, "scripts/shim.sh"));
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-M001", `the CNI plugin cannot be built: ${why}`, { cause: error });
  }
}
