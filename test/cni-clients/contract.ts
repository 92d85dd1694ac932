import type { Agent, Place } from "#test/topology/contract.ts";

/**
 * A node for container runtimes: namespaces of its own for network, mounts and processes. /run is empty; what is written
 * to /etc, /opt and /var lies over this machine's and goes with the node, and so do all processes.
 */
export interface RuntimeNode {
  /** A folder that node and test share under the same path. */
  readonly folder: string;
  /** Where containers' control groups are put, so that they can be found again: a path below each hierarchy. */
  readonly cgroup: string;
  /** A machine on the node's underlay, 192.168.60.100; the node has 192.168.60.1. */
  readonly outside: Place;
  /** The node's path as this process has it. */
  path(inside: string): string;
  /** Runs a command to its end. @throws Error with what it printed when it fails */
  run(command: string, ...args: readonly string[]): Promise<string>;
  start(command: string, ...args: readonly string[]): Promise<Daemon>;
  /** Servers and clients on the node, or in the namespace of that path inside it. */
  agent(netns?: string): Promise<Agent>;
  close(): Promise<void>;
}

/** A process on the node. */
export interface Daemon {
  isRunning(): boolean;
  output(): string;
  /** Sends it the signal and waits for its end. */
  end(signal: "TERM" | "KILL"): Promise<void>;
}

/** What is left of containers on a node, each in its own words. */
export interface Traces {
  /** Leased addresses. */
  readonly leases: readonly string[];
  /** Ends of veths on the node. */
  readonly links: readonly string[];
  /** Chains of nftables that belong to an attachment. */
  readonly rules: readonly string[];
  /** Results that the runtime's library keeps. */
  readonly results: readonly string[];
}
