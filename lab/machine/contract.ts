/** A lab: a cluster on one machine, as processes in namespaces below one supervisor. Types only. */

/** What a lab is asked to be. */
export interface LabOptions {
  /** Absolute; everything that the lab keeps is below it. Two labs have two folders. */
  readonly folder: string;
  readonly nodeCount: number;
  /** A /23: its first half is the underlay's, its second half the pool of LoadBalancer addresses. */
  readonly subnet: string;
}

/** A member of the underlay network. */
export interface PlaceAddress {
  readonly name: string;
  readonly address: string;
}

/** What becomes of the options: every name and address of the lab. */
export interface LabPlan extends LabOptions {
  /** Length of the underlay's network. */
  readonly prefixLength: number;
  readonly underlay: string;
  readonly loadBalancerPool: string;
  /** The machine's own link into the underlay, the one thing of a lab that the machine's namespace holds. */
  readonly machine: PlaceAddress;
  /** The supervisor's namespace, every member's default gateway. */
  readonly gateway: string;
  readonly apiServer: { readonly host: string; readonly port: number; readonly url: string };
  /** A host beyond the cluster, with a DNS server and a web server. */
  readonly outside: PlaceAddress;
  readonly nodes: readonly PlaceAddress[];
  readonly clusterCidr: string;
  readonly nodeMaskSize: number;
  readonly serviceCidr: string;
  readonly clusterDns: string;
  readonly clusterDomain: string;
}

export type NodeState = "running" | "stopped" | "partitioned";

/** Steps of coming up, in the order in which they are done; each is told once. */
export interface Progress {
  readonly kind: "step" | "ready" | "failed";
  readonly text: string;
  /** Milliseconds since the supervisor was started. */
  readonly atMs: number;
}

export interface NodeStatus extends PlaceAddress {
  readonly state: NodeState;
}

/** What the supervisor says of itself. */
export interface SupervisorStatus {
  readonly ready: boolean;
  readonly upSeconds: number;
  readonly subnet: string;
  readonly apiServer: { readonly url: string; readonly restarts: number };
  readonly outside: string;
  readonly nodes: readonly NodeStatus[];
}

export type NodeVerb = "stop" | "start" | "partition" | "heal";
