import { SystemCallError } from "../errors.ts";
import { errno, loadFunctions } from "../ffi.ts";

interface NamespaceCalls {
  setns(fd: number, kind: number): number;
  unshare(flags: number): number;
  /** A type or source that does not matter is "none". */
  mount(source: string, target: string, type: string, flags: number, data: null): number;
  umount2(target: string, flags: number): number;
}

const prototypes: Readonly<Record<keyof NamespaceCalls, string>> = {
  setns: "int setns(int, int)",
  unshare: "int unshare(int)",
  mount: "int mount(const char *, const char *, const char *, unsigned long, const void *)",
  umount2: "int umount2(const char *, int)",
};

/** include/uapi/linux/sched.h and mount.h. */
export const CLONE_NEWNET = 0x4000_0000;
export const MS_BIND = 0x1000;
export const MS_REC = 0x4000;
export const MS_SHARED = 0x10_0000;
export const MNT_DETACH = 2;

/** The calling thread's own namespace. Not /proc/self, which is the main thread's. */
export const ownNamespace = "/proc/thread-self/ns/net";

let loaded: NamespaceCalls | undefined;

export function namespaceCalls(): NamespaceCalls {
  loaded ??= loadFunctions(prototypes);
  return loaded;
}

/** Throws for a call that gave anything but 0. */
export function succeed(result: number, call: string, detail: string): void {
  if (result !== 0) throw new SystemCallError({ call, errno: errno(), detail });
}

/** What node:fs throws, as the error that this folder's callers expect. */
export function asSystemCallError(error: unknown, call: string, detail: string): unknown {
  if (!(error instanceof Error) || !("errno" in error) || typeof error.errno !== "number")
    return error;
  return new SystemCallError({ call, errno: Math.abs(error.errno), detail });
}
