import { readFileSync } from "node:fs";

/** Processes whose parent it is, as /proc/PID/task/PID/children has them; none for a process that has ended. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const words = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/);
    return words.filter((word) => word !== "").map(Number);
  } catch {
    return [];
  }
}

/** @returns false when it has just ended of its own accord */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
