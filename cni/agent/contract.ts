import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { Logger } from "#observe/contract.ts";
import type { RouteOptions } from "./routes/contract.ts";

/** Where the agent puts what a runtime reads, and from where it takes it. */
export interface InstallOptions {
  /** The shim. */
  readonly program: string;
  /** Undefined: no programs, or no configuration, are installed. */
  readonly binDir: string | undefined;
  readonly confDir: string | undefined;
  /** Plugin types that the shim answers as. */
  readonly types: readonly string[];
  readonly confName: string;
  /** In the configuration; undefined: host-local's own default. */
  readonly leaseDir: string | undefined;
}

export interface AgentOptions {
  readonly routes: RouteOptions;
  readonly masquerade: boolean;
  readonly socketPath: string;
  readonly pendingFolder: string;
  /** The host's network namespace; the process's own unless given. */
  readonly namespacePath?: string;
  readonly install: InstallOptions;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

export interface AgentDaemonOptions extends AgentOptions {
  readonly connection: ConnectionOptions;
}
