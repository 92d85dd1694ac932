/** What the proxy is told: kube-proxy's configuration file and flags, read and checked. */
import type { DetectLocal } from "../contract.ts";
import type { NodePortSelection } from "../plan/node-port-addresses.ts";

/** Where a server listens. */
export interface ListenAddress {
  /** Canonical text; 0.0.0.0 and :: stand for all. */
  readonly address: string;
  readonly port: number;
}

/** Settings of connection tracking in the kernel. */
export interface ConntrackSettings {
  /** 0 leaves nf_conntrack_max as it is. */
  readonly maxPerCore: number;
  readonly min: number;
  /** 0 leaves the kernel's, as with all the others. */
  readonly tcpEstablishedTimeoutMs: number;
  readonly tcpCloseWaitTimeoutMs: number;
  readonly udpTimeoutMs: number;
  readonly udpStreamTimeoutMs: number;
  readonly tcpBeLiberal: boolean;
}

export interface ProxyConfig {
  /** Path; undefined for the service account, or for the master alone. */
  readonly kubeconfig: string | undefined;
  /** URL of the API server in place of the kubeconfig's. */
  readonly master: string | undefined;
  /** Name of the Node in place of the host's name; in lower case. */
  readonly hostnameOverride: string | undefined;
  /** No socket is bound to it: it says which family comes first, and the node's primary address if it is one. */
  readonly bindAddress: string;
  /** Undefined where the server is switched off. */
  readonly healthz: ListenAddress | undefined;
  readonly metrics: ListenAddress | undefined;
  /** Not to be able to listen is fatal. */
  readonly bindAddressHardFail: boolean;
  readonly enableProfiling: boolean;
  readonly masqueradeAll: boolean;
  readonly detectLocal: DetectLocal;
  readonly nodePorts: NodePortSelection;
  /** The state counts as stale when an update waits for twice as long. */
  readonly syncPeriodMs: number;
  /** Least time between two transactions, where another than kube-proxy's default is asked for. */
  readonly minSyncPeriodMs: number | undefined;
  readonly oomScoreAdj: number;
  readonly conntrack: ConntrackSettings;
  readonly verbosity: number;
}

/** What the command line asks for. */
export type ProxyAction =
  | { readonly kind: "run" }
  /** Take away everything that is ours in the kernel, and end. */
  | { readonly kind: "cleanup" }
  /** Do what needs all of root's powers, and end. */
  | { readonly kind: "init-only" }
  | { readonly kind: "write-config"; readonly file: string };

export interface LoadedConfig {
  readonly action: ProxyAction;
  readonly config: ProxyConfig;
  /** The configuration as a KubeProxyConfiguration with all defaults, for /configz and --write-config-to. */
  readonly document: Readonly<Record<string, unknown>>;
  /** What is said once at start: fields and flags without effect, each by its name. */
  readonly notes: readonly string[];
}
