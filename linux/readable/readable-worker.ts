import { parentPort, workerData } from "node:worker_threads";
import { pin } from "../memory.ts";
import { EPOLL_EVENT_BYTES, EPOLL_EVENT_DATA, epollCalls } from "./abi.ts";

/** Waits in the kernel and says which descriptor can be read; ends when the one that wakes it can. */
const { epoll, wake } = workerData as { readonly epoll: number; readonly wake: number };

const memory = pin(EPOLL_EVENT_BYTES);
const calls = epollCalls();
for (;;) {
  const count = calls.epoll_wait(epoll, memory.address, 1, -1);
  // Interrupted by a signal.
  if (count <= 0) continue;
  const fd = memory.bytes.readInt32LE(EPOLL_EVENT_DATA);
  if (fd === wake) break;
  parentPort?.postMessage(fd);
}
