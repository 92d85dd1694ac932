import type { JsonObject } from "#cni/contract.ts";
import type { Capability } from "#test/support/capabilities.ts";
import type { Agent } from "#test/topology/contract.ts";

/** One call of a plugin. */
export interface CniCall {
  readonly command?: string;
  /** The program's name, as the runtime calls it; `type` of the configuration unless given. */
  readonly program?: string;
  /** Container ID; its namespace is made at the first call with it. Default "c1". */
  readonly id?: string;
  readonly ifname?: string;
  /** Default: the namespace of the container. */
  readonly netns?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Configuration as a value, or stdin's text as it is. */
  readonly config: JsonObject | string;
}

export interface CniAnswer {
  readonly status: number;
  readonly stdout: string;
  /** stdout as JSON; an empty object where there is none. */
  readonly document: JsonObject;
}

/** A way to call plugins: in this process, as a program, through the shim, or the reference's programs. */
export interface PluginUnderTest {
  readonly name: string;
  readonly isOurs: boolean;
  /** The newest version of the protocol that it knows. */
  readonly cniVersion: string;
  /** Path of the namespace that it is in. */
  readonly ownNetns: string;
  call(call: Required<Omit<CniCall, "program">> & { readonly program: string }): Promise<CniAnswer>;
  close(): Promise<void>;
}

/** A machine with plugins: a network namespace of its own. */
export interface CniNode {
  readonly namespacePath: string;
  /** Path of the namespace that the plugin itself is in. */
  readonly ownNetns: string;
  /** Fairlead's plugins, not the reference's. */
  readonly isOurs: boolean;
  /** A folder for leases, gone with the node. */
  readonly dataDir: string;
  cni(call: CniCall): Promise<CniAnswer>;
  /** cni(), and the test fails where it does not succeed. */
  succeed(call: CniCall): Promise<JsonObject>;
  /** Path of the container's namespace, which is made when it is first asked for. */
  netnsOf(id: string): string;
  /** Removes the container's namespace. */
  removeContainer(id: string): void;
  /** Runs a command on the node to its end. @throws Error with what it printed */
  run(command: string, ...args: readonly string[]): string;
  /** The same in a container's namespace. */
  runIn(id: string, command: string, ...args: readonly string[]): string;
  /** Servers and clients on the node, or in a container. */
  agent(id?: string): Promise<Agent>;
  close(): Promise<void>;
}

/** One row of the table of behaviours. */
export interface Row {
  readonly number: number;
  readonly title: string;
  /** What it needs besides namespaces and nftables. */
  readonly needs?: readonly Capability[];
  /** The reference plugins are known to do otherwise; in these words. */
  readonly referenceDiffers?: string;
  play(node: CniNode): Promise<void>;
}
