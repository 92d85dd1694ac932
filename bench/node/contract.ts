/** What the parts of the node's benchmark hand to one another. Types only. */

export interface ClusterRequest {
  /** Address to listen on; port is the kernel's choice. */
  readonly host: string;
  readonly services: number;
  readonly endpointsPerService: number;
  readonly nodes: readonly NodeAddress[];
}

export interface NodeAddress {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
}

/** A Service whose only endpoint comes and goes, and a headless one with the same endpoint. */
export interface Pulse {
  readonly clusterIp: string;
  readonly port: number;
  /** Absolute, of the headless Service. */
  readonly dnsName: string;
  readonly endpoint: { readonly address: string; readonly port: number; readonly nodeName: string };
}

export interface WatchRequest {
  readonly pulse: Pulse;
  /** Of the cluster's DNS. */
  readonly server: string;
  readonly timeoutMs: number;
}

/** On the clock that all processes of a machine share, in milliseconds; since when it has been so without a break. */
export interface Seen {
  readonly answeredAtMs: number;
  readonly connectedAtMs: number;
}

export interface AskRequest {
  readonly server: string;
  readonly name: string;
}

/** An answer to a question asked again and again. */
export interface Answered {
  /** When it came, as in Seen. */
  readonly atMs: number;
  /** The address in it. */
  readonly address: string;
}
