import type { Libc } from "../ffi.ts";
import { MMSGHDR_BYTES, MSG_DONTWAIT } from "./abi.ts";

/**
 * Sends `count` messages packed at the address. Never waits for the network: a few peers whose neighbour entries do
 * not resolve would otherwise fill the send buffer and hold up everyone's answers. Returns how many the kernel did
 * not take.
 */
export function sendReplies(
  calls: Pick<Libc, "sendmmsg">,
  fd: number,
  address: number,
  count: number,
): number {
  let done = 0;
  let dropped = 0;
  while (done < count) {
    // The common case passes the address as it was handed in: computing it anew would allocate a number.
    const from = done === 0 ? address : address + done * MMSGHDR_BYTES;
    const sent = calls.sendmmsg(fd, from, count - done, MSG_DONTWAIT);
    if (sent > 0) {
      done += sent;
    } else {
      // The first of the rest was refused (no route, a firewall, no room); those behind it may still go.
      done++;
      dropped++;
    }
  }
  return dropped;
}
