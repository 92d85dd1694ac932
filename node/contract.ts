/** What a node's process is made of. Types only. */
import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { AgentOptions } from "#cni/agent/contract.ts";
import type { DnsDaemonOptions } from "#dns/server/daemon.ts";
import type { Logger } from "#observe/contract.ts";
import type { ProxyServiceOptions } from "#proxy/daemon/contract.ts";

/** A component whose options are undefined does not run. */
export interface NodeOptions {
  readonly nodeName: string;
  readonly connection: ConnectionOptions;
  readonly dns: Omit<DnsDaemonOptions, Composed | "onFailure" | "clusterState"> | undefined;
  readonly proxy: Omit<ProxyServiceOptions, Composed> | undefined;
  readonly cni: Omit<AgentOptions, Composed> | undefined;
  readonly logger: Logger;
  /** Aborts when the process is to end. */
  readonly stopping: AbortSignal;
}

/** What the node gives to all components. */
type Composed = "logger" | "stopping";
