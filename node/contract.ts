/** What a node's process is made of. Types only. */
import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { AgentOptions } from "#cni/agent/contract.ts";
import type { DnsDaemonOptions } from "#dns/server/daemon.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { ProxyComponentOptions } from "#proxy/daemon/contract.ts";

/** A component whose options are undefined does not run. */
export interface NodeOptions {
  readonly nodeName: string;
  readonly connection: ConnectionOptions;
  readonly dns: NodeDnsOptions | undefined;
  readonly proxy: Omit<ProxyComponentOptions, Composed | "nft" | "deletionDelayMs"> | undefined;
  readonly cni: Omit<AgentOptions, Composed> | undefined;
  /** Closed when the process ends. */
  readonly nft: Nftables;
  readonly logger: Logger;
  /** Aborts when the process is to end. */
  readonly stopping: AbortSignal;
}

export interface NodeDnsOptions
  extends Omit<DnsDaemonOptions, Composed | "onFailure" | "clusterState" | "hosts"> {
  /**
   * Addresses that pods ask and that this node answers itself: those of the cluster's DNS Service, or these. None: the
   * server listens where the Corefile says.
   */
  readonly localAddresses: "cluster-dns" | readonly string[];
}

/** What the node gives to all components. */
type Composed = "logger" | "stopping";
