import { closeSync, fstatSync, openSync } from "node:fs";
import { asSystemCallError, CLONE_NEWNET, namespaceCalls, ownNamespace, succeed } from "./calls.ts";
import type { NetworkNamespace } from "./contract.ts";

/**
 * Holds a namespace open, by a path such as /run/netns/blue or by a process that is in it.
 * @throws SystemCallError when there is none
 */
export function openNamespace(where: string | { readonly pid: number }): NetworkNamespace {
  const path = typeof where === "string" ? where : `/proc/${where.pid}/ns/net`;
  const fd = openFile(path);
  const { dev, ino } = fstatSync(fd);
  let open = true;
  return {
    fd,
    path,
    identity: `${dev}:${ino}`,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/**
 * Runs `body` with the calling thread in the namespace, and comes back before it returns. Sockets that it opens stay
 * there. Only synchronous code: what runs later runs in the thread's own namespace.
 * @throws SystemCallError when the namespace may not be entered; TypeError for a promise; what `body` throws
 */
export function withNamespace<Value>(
  namespace: Pick<NetworkNamespace, "fd" | "path">,
  body: () => Value,
): Value {
  const home = openFile(ownNamespace);
  try {
    enter(namespace.fd, `enter the network namespace ${namespace.path}`);
    try {
      const value = body();
      if (value instanceof Promise)
        throw new TypeError("a thread leaves the namespace before a promise is settled");
      return value;
    } finally {
      enter(home, "return to the thread's own network namespace");
    }
  } finally {
    closeSync(home);
  }
}

/**
 * withNamespace() for a path.
 * @throws SystemCallError when there is no namespace at the path; what withNamespace() throws
 */
export function inNamespace<Value>(path: string, body: () => Value): Value {
  const fd = openFile(path);
  try {
    return withNamespace({ fd, path }, body);
  } finally {
    closeSync(fd);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw asSystemCallError(error, "open", `open the network namespace ${path}`);
  }
}

function enter(fd: number, detail: string): void {
  succeed(namespaceCalls().setns(fd, CLONE_NEWNET), "setns", detail);
}
