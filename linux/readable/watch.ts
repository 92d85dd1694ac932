import { Worker } from "node:worker_threads";
import { SystemCallError } from "../errors.ts";
import { errno, libc } from "../ffi.ts";
import {
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLIN,
  EPOLLONESHOT,
  encodeEvent,
  epollCalls,
} from "./abi.ts";

/** Stops watching a descriptor; it can be closed then. */
export type StopWatching = () => void;

/** Gives true when it has not read all that waits. */
export type OnReadable = () => boolean;

/** One thread that waits for all watched descriptors; there is one while there is something to wait for. */
interface Waiter {
  readonly epoll: number;
  readonly wake: number;
  readonly worker: Worker;
}

const watched = new Map<number, OnReadable>();
let waiter: Waiter | undefined;

/**
 * Calls `onReadable` on this thread's event loop when the descriptor can be read, for descriptors that node itself
 * cannot wait for (netlink). A thread of its own waits in the kernel, so that nothing polls and nothing blocks. While
 * `onReadable` says that there is more it is called again in the next turn of the loop, and others get theirs between.
 * Watching keeps the process alive no longer than it would be.
 * @throws SystemCallError when the kernel has no room
 */
export function watchReadable(fd: number, onReadable: OnReadable): StopWatching {
  waiter ??= startWaiter();
  const { epoll } = waiter;
  control(epoll, EPOLL_CTL_ADD, fd);
  watched.set(fd, onReadable);
  return () => {
    if (watched.get(fd) !== onReadable) return;
    watched.delete(fd);
    control(epoll, EPOLL_CTL_DEL, fd);
    if (watched.size === 0) stopWaiter();
  };
}

function startWaiter(): Waiter {
  const epoll = succeed(epollCalls().epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const wake = succeed(epollCalls().eventfd(0, EPOLL_CLOEXEC), "eventfd");
  control(epoll, EPOLL_CTL_ADD, wake);
  const worker = new Worker(new URL("./readable-worker.ts", import.meta.url), {
    workerData: { epoll, wake },
  });
  worker.on("message", serve);
  worker.once("exit", () => {
    libc().close(epoll);
    libc().close(wake);
  });
  process.once("exit", stopWaiter);
  worker.unref();
  return { epoll, wake, worker };
}

/** A thread in the kernel ends only when something wakes it, also when the process does. */
function stopWaiter(): void {
  if (waiter === undefined) return;
  epollCalls().eventfd_write(waiter.wake, 1);
  process.removeListener("exit", stopWaiter);
  waiter = undefined;
}

function serve(fd: number): void {
  const onReadable = watched.get(fd);
  if (onReadable === undefined) return;
  const more = onReadable();
  if (watched.get(fd) !== onReadable || waiter === undefined) return;
  if (more) setImmediate(serve, fd);
  // Told of once, the kernel tells again only when asked.
  else control(waiter.epoll, EPOLL_CTL_MOD, fd);
}

function control(epoll: number, operation: number, fd: number): void {
  const event = encodeEvent(EPOLLIN | EPOLLONESHOT, fd);
  succeed(epollCalls().epoll_ctl(epoll, operation, fd, event), "epoll_ctl");
}

function succeed(result: number, call: string): number {
  if (result >= 0) return result;
  throw new SystemCallError({ call, errno: errno(), detail: "wait for a descriptor" });
}
