import { watchReadable } from "../readable/watch.ts";
import type { NetlinkReply } from "./contract.ts";
import { type NetlinkSocket, type NetlinkSocketOptions, openNetlink } from "./socket.ts";

/** Messages read in one turn of the event loop. */
const messagesPerTurn = 256;

export interface Subscription {
  close(): void;
}

export interface Subscriber {
  /** The body is valid during the call alone. */
  onEvent(event: NetlinkReply): void;
  /** Events were lost for want of room: what was built from them must be read anew. */
  onOverrun(): void;
}

/**
 * Joins multicast groups and hands over what they send, on this thread's event loop; see linux/readable for how it
 * waits. Subscribe first and read the table then: what changes in between comes twice rather than never.
 * @throws SystemCallError when there is no such namespace or group
 */
export function subscribe(options: NetlinkSocketOptions, subscriber: Subscriber): Subscription {
  return listen(openNetlink(options), subscriber);
}

/** subscribe() for a socket that was prepared for it; closing ends both. */
export function listen(socket: NetlinkSocket, subscriber: Subscriber): Subscription {
  const stop = watchReadable(socket.fd, () => {
    const { overrun, more } = socket.receiveEvents(messagesPerTurn, subscriber.onEvent);
    if (overrun) subscriber.onOverrun();
    return more;
  });
  let open = true;
  return {
    close() {
      if (!open) return;
      open = false;
      stop();
      socket.close();
    },
  };
}
