import koffi from "koffi";
import { FairleadError } from "#observe/errors.ts";

/**
 * The C library as the suite calls it. An `address` is a pointer as a Number (user space ends below 2^53): koffi
 * passes it on with no lookup, which a Buffer would cost at each call. After a failed call read errno() at once.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, sockaddr: Uint8Array, sizeBytes: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, sizeBytes: number): number;
  getsockname(fd: number, sockaddr: Uint8Array, sizeBytes: Uint8Array): number;
  recvmmsg(fd: number, address: number, count: number, flags: number, timeout: number): number;
  sendmmsg(fd: number, address: number, count: number, flags: number): number;
  sendmsg(fd: number, address: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  /** Only for system calls without arguments. */
  syscall(number: number): number;
  sched_setscheduler(threadId: number, policy: number, parameters: Uint8Array): number;
  setpriority(which: number, who: number, nice: number): number;
}

const prototypes: Readonly<Record<keyof Libc, string>> = {
  socket: "int socket(int, int, int)",
  bind: "int bind(int, const void *, unsigned int)",
  setsockopt: "int setsockopt(int, int, int, const void *, unsigned int)",
  getsockname: "int getsockname(int, void *, void *)",
  recvmmsg: "int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)",
  sendmmsg: "int sendmmsg(int, uintptr_t, unsigned int, int)",
  sendmsg: "long sendmsg(int, uintptr_t, int)",
  shutdown: "int shutdown(int, int)",
  close: "int close(int)",
  syscall: "long syscall(long)",
  sched_setscheduler: "int sched_setscheduler(int, int, const void *)",
  setpriority: "int setpriority(int, int, int)",
};

let loaded: Libc | undefined;

/**
 * The C library of this process, looked up at the first call.
 * @throws FairleadError FL-L003 where the structures of linux/ do not fit (not Linux, or neither x64 nor arm64)
 */
export function libc(): Libc {
  loaded ??= loadFunctions(prototypes);
  return loaded;
}

/**
 * Looks functions of the C library up by their prototypes; the type says what these mean in TypeScript.
 * @throws FairleadError FL-L003 as libc() does
 */
export function loadFunctions<Functions extends object>(
  prototypesByName: Readonly<Record<keyof Functions, string>>,
): Functions {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== "linux-x64" && platform !== "linux-arm64")
    throw new FairleadError("FL-L003", `system calls are not available on ${platform}`);
  // The process itself already holds the C library, whatever its file is called (glibc, musl).
  const library = koffi.load(null);
  const functions = Object.entries<string>(prototypesByName).map(([name, prototype]) => [
    name,
    library.func(prototype),
  ]);
  // koffi types its functions as taking and giving anything; the prototypes are the caller's word for it.
  return Object.fromEntries(functions) as Functions;
}

/** errno of this thread's last call. The next call into C, and much of what Node does itself, overwrites it. */
export function errno(): number {
  return koffi.errno();
}

/** Where the buffer's first byte lies. Valid while the buffer is referenced: see linux/memory.ts. */
export function addressOf(bytes: Uint8Array): number {
  return Number(koffi.address(bytes));
}
