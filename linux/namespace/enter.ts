import { closeSync, openSync } from "node:fs";
import { SystemCallError } from "../errors.ts";
import { errno, loadFunctions } from "../ffi.ts";

interface NamespaceCalls {
  setns(fd: number, kind: number): number;
}

const prototypes: Readonly<Record<keyof NamespaceCalls, string>> = {
  setns: "int setns(int, int)",
};

let loaded: NamespaceCalls | undefined;

const CLONE_NEWNET = 0x4000_0000;

/** The calling thread's namespace: a process's threads may be in different ones. See setns(2). */
const own = "/proc/thread-self/ns/net";

/**
 * Runs `body` with the calling thread in the network namespace at the path, and comes back before it returns. What
 * it opens (sockets) stays there. Only synchronous code: what runs later runs in the thread's own namespace.
 * @throws SystemCallError when there is none at the path or it may not be entered; what `body` throws
 */
export function inNamespace<Value>(path: string, body: () => Value): Value {
  const target = openNamespaceFile(path);
  const home = openNamespaceFile(own);
  try {
    enter(target, `enter the network namespace ${path}`);
    try {
      const value = body();
      if (value instanceof Promise)
        throw new TypeError("a thread leaves the namespace before a promise is settled");
      return value;
    } finally {
      enter(home, "return to the thread's own network namespace");
    }
  } finally {
    closeSync(target);
    closeSync(home);
  }
}

function openNamespaceFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    // What fs throws carries the errno, negative.
    const number = -((error as NodeJS.ErrnoException).errno ?? 0);
    throw new SystemCallError({
      call: "open",
      errno: number,
      detail: `open the namespace ${path}`,
    });
  }
}

function enter(fd: number, detail: string): void {
  loaded ??= loadFunctions(prototypes);
  if (loaded.setns(fd, CLONE_NEWNET) === 0) return;
  throw new SystemCallError({ call: "setns", errno: errno(), detail });
}
