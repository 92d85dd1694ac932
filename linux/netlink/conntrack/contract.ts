import type { IpFamily } from "../ip.ts";

/** Connection tracking of one network namespace: its entries, as values. */

/** One direction of a connection. */
export interface Tuple {
  readonly source: string;
  readonly destination: string;
  /** 6 TCP, 17 UDP, 132 SCTP, 1 and 58 ICMP. */
  readonly protocol: number;
  /** 0 for protocols without ports. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Connection {
  readonly family: IpFamily;
  /** As the first packet was before any rewriting. */
  readonly original: Tuple;
  /** What an answer looks like: after DNAT its source is the backend, after SNAT its destination is the node. */
  readonly reply: Tuple;
  readonly status: ConnectionStatus;
  readonly mark: number;
  /** Until it lapses if nothing more comes; 0 in an event of its end. */
  readonly timeoutSeconds: number;
  readonly zone: number;
  /** Tells two entries with the same tuples, one after another, apart. */
  readonly id: number;
  /** Where net.netfilter.nf_conntrack_acct is on. */
  readonly counters?: {
    readonly original: { readonly packets: bigint; readonly bytes: bigint };
    readonly reply: { readonly packets: bigint; readonly bytes: bigint };
  };
}

/** IPS_* of include/uapi/linux/netfilter/nf_conntrack_common.h. */
export interface ConnectionStatus {
  /** An answer was seen. */
  readonly seenReply: boolean;
  /** Not dropped early when the table is full. */
  readonly assured: boolean;
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  readonly dying: boolean;
}

/** Which entries; what is absent does not matter. The kernel filters by family, mark and tuple fields. */
export interface ConnectionFilter {
  readonly family?: IpFamily;
  readonly protocol?: number;
  readonly mark?: { readonly value: number; readonly mask: number };
}

/** A tracked connection to be made, which tests need. */
export interface NewConnection {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly timeoutSeconds: number;
  readonly mark?: number;
  readonly zone?: number;
}

export type ConnectionEvent = { readonly kind: "new" | "end"; readonly connection: Connection };

/** Sums over all CPUs since boot. */
export interface ConntrackCounters {
  /** Packets that belong to no connection and could start none. */
  readonly invalid: number;
  /** Two packets of one connection raced, and one was dropped: seen by clients as a lost packet. */
  readonly insertFailed: number;
  /** The table was full. */
  readonly drop: number;
  readonly earlyDrop: number;
  /** Such a race in which both packets lived. */
  readonly clashResolve: number;
  readonly searchRestart: number;
  readonly chainTooLong: number;
}

export interface ConntrackFill {
  readonly entries: number;
  /** Undefined where the kernel does not say (before 5.9). */
  readonly maxEntries: number | undefined;
}
