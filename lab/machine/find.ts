import { readdirSync, readFileSync } from "node:fs";

/** The word after it on the command line of a supervisor, and of the process that makes its namespaces, is the folder. */
export const supervisorProgram = "lab/machine/main.ts";

/**
 * Process ids of what holds a lab up. Read from the processes themselves and not from a note, so that it is right
 * whatever was killed when, and no stranger with an old number is meant.
 */
export function supervisorsOf(folder: string): readonly number[] {
  return processIds().filter((pid) => isSupervisor(commandLine(pid), folder));
}

/**
 * Whether a process is on its way out: it has no words any more and is not dead yet. The first of a pid namespace stays
 * so until all the others of it have ended.
 */
export function isEnding(pid: number): boolean {
  try {
    return (
      commandLine(pid).length === 0 && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
    );
  } catch {
    return false;
  }
}

/** Whether a process was started with a path below the folder. */
export function isRunFrom(folder: string): boolean {
  return processIds().some((pid) => commandLine(pid).some((word) => word.startsWith(`${folder}/`)));
}

function processIds(): readonly number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

export function isSupervisor(words: readonly string[], folder: string): boolean {
  const at = words.findIndex((word) => word.endsWith(`/${supervisorProgram}`));
  return at >= 0 && words[at + 1] === folder;
}

/** Empty for one that is gone. */
function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}
