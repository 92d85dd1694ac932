import { loadFunctions } from "../ffi.ts";

/** epoll(7) and eventfd(2). */
interface EpollCalls {
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Uint8Array): number;
  epoll_wait(epoll: number, address: number, count: number, timeoutMs: number): number;
  eventfd(value: number, flags: number): number;
  eventfd_write(fd: number, value: number): number;
}

const prototypes: Readonly<Record<keyof EpollCalls, string>> = {
  epoll_create1: "int epoll_create1(int)",
  epoll_ctl: "int epoll_ctl(int, int, int, const void *)",
  epoll_wait: "int epoll_wait(int, uintptr_t, int, int)",
  eventfd: "int eventfd(unsigned int, int)",
  eventfd_write: "int eventfd_write(int, uint64_t)",
};

let loaded: EpollCalls | undefined;

export function epollCalls(): EpollCalls {
  loaded ??= loadFunctions(prototypes);
  return loaded;
}

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 1;
export const EPOLLONESHOT = 1 << 30;

/** struct epoll_event: events (u32) and data (u64), packed on x64 alone. */
export const EPOLL_EVENT_BYTES = 16;
export const EPOLL_EVENT_DATA = process.arch === "x64" ? 4 : 8;

/** An event that carries the descriptor. */
export function encodeEvent(events: number, fd: number): Buffer {
  const bytes = Buffer.alloc(EPOLL_EVENT_BYTES);
  bytes.writeUInt32LE(events, 0);
  bytes.writeInt32LE(fd, EPOLL_EVENT_DATA);
  return bytes;
}
