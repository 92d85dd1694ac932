import { constants } from "node:os";
import { SystemCallError } from "./errors.ts";
import { errno, loadFunctions } from "./ffi.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;

interface LockFunctions {
  flock(fd: number, operation: number): number;
}

let functions: LockFunctions | undefined;

/**
 * Takes the exclusive lock on an open file, flock(2); the kernel gives it back when the descriptor is closed, also
 * when the process dies. Two descriptors of one process exclude each other.
 * @returns false where another holds it
 * @throws SystemCallError for any other refusal
 */
export function tryLockFile(fd: number, path: string): boolean {
  functions ??= loadFunctions<LockFunctions>({ flock: "int flock(int, int)" });
  while (functions.flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    const error = errno();
    if (error === constants.errno.EWOULDBLOCK) return false;
    if (error !== constants.errno.EINTR)
      throw new SystemCallError({ call: "flock", errno: error, detail: `lock ${path}` });
  }
  return true;
}
