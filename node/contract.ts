/** What a node's process is made of, and how its parts are put together. Types only. */

import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { AgentOptions } from "#cni/agent/contract.ts";
import type { DnsDaemonOptions } from "#dns/server/daemon.ts";
import type { Logger } from "#observe/contract.ts";
import type { ProxyServiceOptions } from "#proxy/daemon/contract.ts";

export const componentNames = ["dns", "proxy", "cni"] as const;
export type ComponentName = (typeof componentNames)[number];

export interface NodeOptions {
  readonly nodeName: string;
  readonly connection: ConnectionOptions;
  /** Undefined: the component is not run. */
  readonly dns: NodeDnsOptions | undefined;
  readonly proxy: ProxyServiceOptions | undefined;
  readonly cni: AgentOptions | undefined;
  readonly logger: Logger;
  /** Aborts when the process is to end. */
  readonly stopping: AbortSignal;
}
