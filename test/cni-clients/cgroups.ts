import { readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasErrno } from "#observe/errno.ts";

const mount = "/sys/fs/cgroup";

/** Removes the control groups of that path in every hierarchy; their processes have ended, or are about to. */
export async function removeCgroups(path: string): Promise<void> {
  const hierarchies = [mount, ...readdirSync(mount).map((name) => join(mount, name))];
  for (const hierarchy of hierarchies) {
    for (let tries = 0; tries < 50 && !isRemoved(join(hierarchy, path)); tries++) await sleep(20);
  }
}

/** From the leaves to the root; files in them go with them. */
function isRemoved(folder: string): boolean {
  try {
    const children = readdirSync(folder, { withFileTypes: true });
    for (const child of children) if (child.isDirectory()) isRemoved(join(folder, child.name));
    rmdirSync(folder);
    return true;
  } catch (error) {
    // Absent, or below a file; all else may be over soon.
    return hasErrno(error, "ENOENT", "ENOTDIR");
  }
}
