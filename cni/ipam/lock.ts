import { closeSync, constants, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLockFile } from "#linux/file-lock.ts";
import { CniError } from "../errors.ts";

const DEADLINE_MS = 10_000;
const LONGEST_PAUSE_MS = 8;

/**
 * Runs `use` with the lock held that the reference plugin takes, flock(2) on a network's `lock` file. It waits by
 * asking again, so that an agent's other requests go on; `use` itself must not wait.
 * @throws CniError 11 when somebody holds the lock for ten seconds
 */
export async function withLock<T>(path: string, use: () => T): Promise<T> {
  // Not for writing: DEL has more to say of a read-only disk than that its lock cannot be opened.
  const fd = openSync(path, constants.O_RDONLY | constants.O_CREAT, 0o644);
  try {
    let waitedMs = 0;
    for (
      let pauseMs = 1;
      !tryLockFile(fd, path);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    ) {
      if (waitedMs > DEADLINE_MS)
        throw new CniError(11, `another process has held the lock ${path} for ten seconds`);
      await sleep(pauseMs);
      waitedMs += pauseMs;
    }
    return use();
  } finally {
    closeSync(fd);
  }
}
