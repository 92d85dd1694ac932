import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCommand } from "#linux/command.ts";
import { FairleadError } from "#observe/errors.ts";
import { programFolder } from "./process/environment.ts";

/** Where `make shim` puts it. */
export const shim = join(programFolder, "dist/shim/fairlead");
const sources = ["cni/plugin/shim/shim.c", "cni/plugin/shim/system.h", "scripts/shim.sh"];

/**
 * Builds the CNI plugin that stands on nodes, unless it is there and as new as its sources.
 * @throws FairleadError FL-M001 where it cannot be
 */
export async function ensureShim(): Promise<void> {
  const built = modifiedMs(shim);
  const changed = sources.map((source) => modifiedMs(join(programFolder, source)) ?? 0);
  if (built !== undefined && built >= Math.max(...changed)) return;
  if (findCommand("cc") === undefined) {
    // One that was built elsewhere and brought here.
    if (built !== undefined) return;
    throw new FairleadError(
      "FL-M001",
      "a lab needs the CNI plugin dist/shim/fairlead, and the command cc to build it: apt-get install gcc libc6-dev",
    );
  }
  try {
    await promisify(execFile)(join(programFolder, "scripts/shim.sh"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-M001", `the CNI plugin cannot be built: ${why}`, { cause: error });
  }
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
