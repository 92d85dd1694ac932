import { constants } from "node:os";
import type { BatchLoop, DatagramBatchHandler, SocketHandle } from "../contract.ts";
import { SystemCallError } from "../errors.ts";
import { errno, type Libc, libc } from "../ffi.ts";
import { MSG_WAITFORONE } from "./abi.ts";
import { BATCH_SLOTS, BatchMemory } from "./batch-memory.ts";
import { sendReplies } from "./send-replies.ts";

const { EAGAIN, EINTR, ENOBUFS, ENOMEM } = constants.errno;

/**
 * Reads batches of datagrams from the socket and hands each to the handler, whose replies leave in one call. Blocks
 * the thread until the stop flag is set or the socket is interrupted; per batch it allocates nothing. What the
 * handler throws ends the loop.
 * @throws SystemCallError when the socket cannot be read from, for example because it has been closed
 */
export function serveBatches(
  socket: SocketHandle,
  loop: BatchLoop,
  handler: DatagramBatchHandler,
): void {
  const memory = new BatchMemory(socket);
  try {
    readUntilStopped(libc(), socket.fd, memory, loop, handler);
  } finally {
    memory.release();
  }
}

function readUntilStopped(
  calls: Libc,
  fd: number,
  memory: BatchMemory,
  loop: BatchLoop,
  handler: DatagramBatchHandler,
): void {
  const { receiveAddress } = memory;
  while (Atomics.load(loop.stop, 0) === 0) {
    loop.beforeReceive?.();
    const received = calls.recvmmsg(fd, receiveAddress, BATCH_SLOTS, MSG_WAITFORONE, 0);
    if (received < 0) {
      throwUnlessPassing(errno());
      continue;
    }
    if (!memory.begin(received)) return;
    loop.afterReceive?.();
    handler(memory);
    const dropped = sendReplies(calls, fd, memory.sendAddress, memory.answered);
    loop.afterSend?.(dropped);
    memory.recycle();
  }
}

/** The read timed out, a signal came (profilers send many), or the kernel is short of memory: try again. */
function throwUnlessPassing(error: number): void {
  if (error === EAGAIN || error === EINTR || error === ENOBUFS || error === ENOMEM) return;
  throw new SystemCallError({ call: "recvmmsg", errno: error, detail: "receive datagrams" });
}
