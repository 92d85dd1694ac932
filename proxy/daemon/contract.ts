/** What a proxy process is told at its start. */
import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { ConntrackConfig } from "../conntrack/contract.ts";
import type { DetectLocal, IpFamily } from "../contract.ts";
import type { NodePortSelection } from "../plan/node-port-addresses.ts";

export interface BindAddress {
  /** "" is every local address. */
  readonly host: string;
  readonly port: number;
}

/** What a proxy does, whoever feeds it. */
export interface ServiceProxySettings {
  readonly nodeName: string;
  readonly families: readonly IpFamily[];
  readonly detectLocal: DetectLocal;
  readonly masqueradeAll: boolean;
  readonly nodePorts: NodePortSelection;
  readonly serviceProxyName: string;
  /** A change that waits twice as long makes the proxy unhealthy (kube-proxy: syncPeriod). */
  readonly syncPeriodMs: number;
  /** Between two commits; undefined leaves it to the proxy, which takes as little as it can. */
  readonly minSyncPeriodMs: number | undefined;
  /** How long rules of a Service outlive it: for clients that were told its address just before. */
  readonly deletionDelayMs: number;
  /** Between comparisons of the kernel with what it should hold; 0 makes none. */
  readonly auditPeriodMs: number;
  /** A counter for each backend, at 16 bytes a CPU. */
  readonly endpointCounters: boolean;
  /** Between two Events about refused connections to one Service. */
  readonly refusalReportPeriodMs: number;
  /** Most ServicePorts with a series of their own. */
  readonly connectionSeries: number;
}

/** What is set of the machine and the process at the start. */
export interface ProcessSettings {
  readonly conntrack: ConntrackConfig;
  readonly oomScoreAdj: number;
}

/** The proxy with what it serves over HTTP. */
export interface ProxyComponentOptions extends ServiceProxySettings {
  /** Undefined: not served. */
  readonly healthz: BindAddress | undefined;
  readonly metrics: BindAddress | undefined;
  /** An address that is taken ends the start; else it is logged and done without (kube-proxy: bindAddressHardFail). */
  readonly bindHard: boolean;
  /** The configuration in force, for /configz. */
  readonly configz: unknown;
  readonly nft: Nftables;
  readonly logger: Logger;
  /** Aborts when the process is to end. */
  readonly stopping: AbortSignal;
}

/** The proxy as a process of its own. */
export interface ProxyDaemonOptions extends ProxyComponentOptions {
  readonly connection: ConnectionOptions;
}
