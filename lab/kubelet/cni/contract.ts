/** The runtime's side of CNI: lists of plugins, run one after another as libcni runs them (CNI 1.1.0, section 3). */

/** A network configuration list. */
export interface NetworkList {
  readonly name: string;
  /** The newest of the list's versions that this runtime knows. */
  readonly cniVersion: string;
  readonly disableCheck: boolean;
  readonly plugins: readonly PluginConfiguration[];
  /** As it was found, for the cache. */
  readonly text: string;
}

export interface PluginConfiguration {
  readonly type: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly [key: string]: unknown;
}

/** Whose network it is about. */
export interface Attachment {
  readonly containerId: string;
  readonly netns: string;
  readonly ifname: string;
  /** CNI_ARGS in their order. */
  readonly args: readonly (readonly [key: string, value: string])[];
  /** By capability: a plugin gets those that it says it is able to do. */
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
}

export type CniCommand = "ADD" | "DEL" | "CHECK" | "STATUS";

/** The result of the last plugin, as it wrote it. */
export interface CniResult {
  readonly ips?: readonly { readonly address: string }[];
  readonly [key: string]: unknown;
}

export interface CniPaths {
  /** Folder of configurations, e.g. "/etc/cni/net.d". */
  readonly configurations: string;
  readonly programs: string;
  /** Folder that libcni keeps results in, e.g. "/var/lib/cni/results". */
  readonly results: string;
}

/** One start of a plugin: the answer is its standard output, "" for a command without a result. */
export type RunPlugin = (
  type: string,
  environment: Readonly<Record<string, string>>,
  stdin: string,
) => Promise<string>;
