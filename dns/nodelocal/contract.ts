/** Answering the cluster's DNS address on the node itself, and giving it back when nobody answers. Types only. */
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import type { Logger } from "#observe/contract.ts";

export interface NodeLocalParts {
  readonly route: RouteSocket;
  readonly nft: Nftables;
  readonly logger: Logger;
}

/** What a server answers by itself: queries to it are not translated to the cluster's DNS pods. */
export interface LocalListener {
  /** Canonical. */
  readonly address: string;
  readonly port: number;
}
