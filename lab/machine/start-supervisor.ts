import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import type { LabOptions } from "./contract.ts";
import { filesOf } from "./files.ts";
import { supervisorProgram } from "./find.ts";
import { makeLabFolder } from "./folder.ts";
import { environment, labProgram, programVariable } from "./process/environment.ts";

/** Where the supervisor finds the network namespace that the lab was started from. */
export const MACHINE_NAMESPACE_FD = 3;

/**
 * Starts a lab's supervisor in namespaces of its own, and lets go of it. What it has made ends with it, and it with the
 * process that waits for it; both have the folder among their words, by which find.ts knows them.
 * @param program what ensureProgram() gives
 */
export function startSupervisor(options: LabOptions, program: string | undefined): void {
  const files = filesOf(options.folder);
  makeLabFolder(options);
  mkdirSync(files.logs);
  const log = openSync(files.log("supervisor"), "a");
  const namespace = openSync("/proc/self/ns/net", "r");
  const env = {
    ...environment(),
    ...(program === undefined ? {} : { [programVariable]: program }),
  };
  try {
    const child = spawn(
      "unshare",
      [
        ...["--pid", "--mount", "--net", "--fork", "--mount-proc", "--kill-child=SIGKILL"],
        ...["--propagation", "private", "--"],
        ...labProgram(supervisorProgram),
        options.folder,
      ],
      { cwd: "/", env, detached: true, stdio: ["ignore", log, log, namespace] },
    );
    child.unref();
  } finally {
    closeSync(log);
    closeSync(namespace);
  }
}
