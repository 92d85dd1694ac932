/**
 * The Service proxy as clients see it: rows of objects, steps and expectations, run on a topology with a real API
 * server and a proxy behind the Datapath interface, so that kube-proxy could take Fairlead's place in it.
 */
import type { Capability } from "#test/support/capabilities.ts";
import type { Agent, Started, Topology, Transport } from "#test/topology/contract.ts";

/** An object of the API as it is sent. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Fields of a KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1) that differ from the suite's own. */
export type ProxyConfig = Readonly<Record<string, unknown>>;

/** The system under test on one node. */
export interface Datapath {
  start(config?: ProxyConfig, flags?: readonly string[]): Promise<void>;
  /** SIGTERM, and it must end by itself. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  isRunning(): boolean;
  /** What it has logged since its last start. */
  output(): string;
  /** Resolves when everything written to the API so far is in the kernel. @throws Error when it is not in time */
  waitUntilProgrammed(): Promise<void>;
  /** Removes everything that it has left in the kernel. The process must have ended. */
  cleanUp(): Promise<void>;
}

/** Objects in the API server. */
export interface ObjectWriter {
  /** Creates each or replaces it, its status too where it has one. In order. */
  apply(...objects: readonly Manifest[]): Promise<void>;
  remove(...objects: readonly Manifest[]): Promise<void>;
  /** The object or list at a path, which begins with a slash. @throws Error when there is none */
  read(path: string): Promise<unknown>;
}

/** One of the rows of the behaviour table. */
export interface Row {
  /** 1 to 90: what kube-proxy does; from 91 on what goes beyond it. */
  readonly number: number;
  readonly name: string;
  /** Where a row makes more objects than a busy machine takes in the usual time. */
  readonly timeoutMs?: number;
  /** What the machine must be able to do; else the row is skipped by name. */
  readonly needs?: readonly Capability[];
  /** Default: the suite's configuration as it is. */
  readonly config?: ProxyConfig;
  /** Beside the configuration file: what kube-proxy has no field for. */
  readonly flags?: readonly string[];
  /** Applied, and waited for, before the steps. All that a row applies is removed after it. */
  readonly objects: readonly Manifest[];
  readonly steps: readonly Step[];
}

/** What is done, and what must come of it. */
export interface Step {
  /** For the message when it fails. */
  readonly title: string;
  run(scene: Scene): Promise<void>;
}

/** Where a row is played. */
export interface Scene {
  readonly topology: Topology;
  readonly objects: ObjectWriter;
  readonly proxy: Datapath;
  /** The process of the API server, and how to log in. */
  readonly api: Started;
  readonly kubeconfig: string;
  /** The same proxy on another node; it has to be stopped by the row. */
  proxyOn(node: string): Datapath;
  agent(place: string): Promise<Agent>;
  /** Held connections and flows by the names that the row gives them, with the place that has them. */
  readonly kept: Map<string, { readonly place: string; readonly id: number }>;
  /** Called after the row, last first, whether it passed or not. */
  defer(undo: () => Promise<unknown>): void;
}

/** An attempt in words: from which place, over what, to where. */
export interface Attempt {
  readonly from: string;
  readonly transport: Transport;
  /** ADDRESS:PORT, IPv6 addresses in brackets. */
  readonly to: string;
  /** Default by expectation: enough to tell. */
  readonly times?: number;
  readonly sourceAddress?: string;
  readonly sourcePort?: number;
}

/** Who the server must have seen. */
export type Source =
  /** The client's own address. */
  | "client"
  /** An address of the node under test: masqueraded. */
  | "node";

export type Expectation =
  /** By each of the servers, NAME or NAME:PORT, and by nobody else. */
  | {
      readonly kind: "served";
      readonly by: readonly string[];
      readonly source?: Source;
      /** Least and greatest part of all answers that each server may have. */
      readonly share?: readonly [least: number, greatest: number];
    }
  /** By one of the servers, always the same. */
  | { readonly kind: "sticky"; readonly by: readonly string[] }
  /** An error at once: RST or ICMP. */
  | { readonly kind: "refused" }
  /** Nothing at all: dropped. */
  | { readonly kind: "silent" }
  /** By no endpoint, whatever else happens. */
  | { readonly kind: "unserved" }
  /** The packet left the node as it was. */
  | { readonly kind: "leaked" };
