import { NETLINK_NETFILTER } from "../abi.ts";
import {
  NFNL_SUBSYS_CTNETLINK,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_NEW,
  netfilterType,
} from "../netfilter.ts";
import { type Subscription, subscribe } from "../subscription.ts";
import { IPCTNL_MSG_CT } from "./abi.ts";
import type { ConnectionEvent } from "./contract.ts";
import { readConnection } from "./read.ts";

const groups = { new: NFNLGRP_CONNTRACK_NEW, end: NFNLGRP_CONNTRACK_DESTROY };

export interface ConnectionSubscriber {
  onEvent(event: ConnectionEvent): void;
  /** Events were lost: read the table anew. */
  onOverrun(): void;
}

/**
 * Tells of connections that begin (once their first packet has left) and end. A busy node makes thousands a second:
 * ask for what is needed alone, and give room (`receiveBufferBytes`).
 * @throws SystemCallError when there is no such namespace
 */
export function subscribeConnections(
  options: {
    readonly namespacePath?: string;
    readonly kinds?: readonly ConnectionEvent["kind"][];
    readonly receiveBufferBytes?: number;
  },
  subscriber: ConnectionSubscriber,
): Subscription {
  const { kinds = ["new", "end"], ...rest } = options;
  const deleted = netfilterType(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT.DELETE);
  return subscribe(
    { protocol: NETLINK_NETFILTER, groups: kinds.map((kind) => groups[kind]), ...rest },
    {
      onEvent(event) {
        const connection = readConnection(event);
        if (connection === undefined) return;
        subscriber.onEvent({ kind: event.type === deleted ? "end" : "new", connection });
      },
      onOverrun: subscriber.onOverrun,
    },
  );
}
