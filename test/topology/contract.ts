/**
 * A network of machines as a value, and what can be done in each place of it once it is built.
 *
 *   outside hosts --+
 *                   +-- switch (one broadcast domain, the underlay) --+-- node 1: bridge `pods0` -- pods
 *   outside hosts --+                                                 +-- node 2: bridge `pods0` -- pods
 *
 * Every place is a network namespace that lives as long as the process that holds it: nothing has a name outside, so
 * that runs beside one another cannot clash, and nothing stays behind, however a run ends.
 */

/** Canonical addresses without a prefix length, of either family. */
export type Addresses = readonly string[];

export interface TopologySpec {
  /** On-link prefixes of the underlay; every address of a node or host must lie in one. */
  readonly underlay: readonly string[];
  readonly nodes: readonly NodeSpec[];
  readonly hosts?: readonly HostSpec[];
}

/** A machine that forwards, with a bridge for its pods. */
export interface NodeSpec {
  readonly name: string;
  /** On `eth0`. The first of a family is primary: other nodes route this node's podCIDRs through it. */
  readonly addresses: Addresses;
  /** One of each family at most. The bridge has the first address of each, the pods' gateway. */
  readonly podCidrs: readonly string[];
  readonly pods?: readonly PodSpec[];
  /** Default gateways, one of each family at most. */
  readonly gateways?: Addresses;
}

export interface PodSpec {
  /** Unique in the topology. */
  readonly name: string;
  /** In the node's podCIDRs, on `eth0`. */
  readonly addresses: Addresses;
}

/** A machine on the underlay that belongs to no cluster. */
export interface HostSpec {
  readonly name: string;
  readonly addresses: Addresses;
  readonly routes?: readonly RouteSpec[];
  /** Prefixes that it takes for its own, whatever address of them is asked for. */
  readonly owns?: readonly string[];
}

export interface RouteSpec {
  /** A prefix, or "default". */
  readonly to: string;
  readonly via: string;
}

export interface Topology {
  /** The node, pod or host of that name. @throws Error when there is none */
  place(name: string): Place;
  /** Ends every process in every place, and with them the namespaces. May be called again. */
  close(): Promise<void>;
}

/** A network namespace and what runs in it. */
export interface Place {
  readonly name: string;
  readonly addresses: Addresses;
  /** A process in the namespace: /proc/PID/ns/net is its path, as a CNI plugin gets it. */
  readonly pid: number;
  /** The agent of this place, started at the first call. */
  agent(): Promise<Agent>;
  /** Runs a command to its end. @throws Error with what it printed when it fails */
  run(command: string, args?: readonly string[], input?: string): Promise<string>;
  /** Starts a process that is ended with the topology at the latest, also when this process is killed. */
  start(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Started;
}

export interface Started {
  readonly pid: number;
  /** Null while it runs; then how it ended: its status, or the signal's name. */
  readonly ended: Promise<number | string>;
  isRunning(): boolean;
  /** All that it has printed, the last 64 kB. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, SIGKILL after `graceMs`; resolves once it has ended. */
  stop(graceMs?: number): Promise<void>;
}

/** A process that holds sockets in a place, told by calls what to do. Every call is bounded by its own timeouts. */
export interface Agent {
  /** Answers who asks with its name and with where the question came from. */
  serve(request: ServeRequest): Promise<{ readonly port: number }>;
  /** New connections or datagram exchanges, one after another unless `parallel` is set. */
  attempt(request: AttemptRequest): Promise<readonly Outcome[]>;
  /** Opens a connection and keeps it, for prove() and release(). */
  hold(request: Omit<AttemptRequest, "times" | "parallel">): Promise<Held>;
  /** Whether a held connection still carries data both ways. */
  prove(request: { readonly id: number; readonly timeoutMs: number }): Promise<Outcome>;
  release(request: { readonly id: number }): Promise<void>;
  /** Asks again and again until endFlow(). */
  startFlow(request: FlowRequest): Promise<{ readonly id: number }>;
  /** How it has gone so far. */
  flow(request: { readonly id: number }): Promise<FlowReport>;
  endFlow(request: { readonly id: number }): Promise<FlowReport>;
  http(request: HttpRequest): Promise<HttpResponse>;
  /**
   * Waits for a segment of a TCP connection to arrive here and answers it past the place's own TCP, from a sequence
   * number out of every window.
   */
  answerAstray(request: StraySegmentRequest): Promise<void>;
  /** Ends the connections that its servers have accepted, with RST. */
  dropAccepted(): Promise<{ readonly count: number }>;
}

export type Transport = "tcp" | "udp" | "sctp";

export interface ServeRequest {
  readonly transport: Transport;
  /** Said in every answer. */
  readonly name: string;
  readonly port: number;
  /** Default: every address of the place. */
  readonly address?: string;
}

export interface AttemptRequest {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** Default 1. */
  readonly times?: number;
  /** How many at once. Default 1. */
  readonly parallel?: number;
  readonly timeoutMs: number;
  /** Default: the kernel chooses. With a port, attempts cannot be parallel. */
  readonly sourceAddress?: string;
  readonly sourcePort?: number;
}

/** What became of one attempt. */
export type Outcome = Answer | Failure;

export interface Answer {
  readonly kind: "answer";
  /** The server's name, and the port that it listens on. */
  readonly server: string;
  readonly serverPort: number;
  /** Whom the server saw. */
  readonly source: string;
  readonly sourcePort: number;
}

export interface Failure {
  readonly kind: "failure";
  /** "refused", "timeout", "reset" or an errno's name. */
  readonly reason: string;
}

export type Held =
  | (Answer & {
      readonly id: number;
      /** The client's own end, before any translation. */
      readonly localAddress: string;
      readonly localPort: number;
    })
  | Failure;

export interface FlowRequest extends Omit<AttemptRequest, "times" | "parallel"> {
  /** One connection (or UDP socket) for all, or a new one for each. */
  readonly reuse: boolean;
  readonly everyMs: number;
}

export interface FlowReport {
  readonly asked: number;
  readonly answered: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Who answered, in order, with the number of answers in a row. */
  readonly servers: readonly { readonly server: string; readonly answers: number }[];
  /** The longest time without an answer, the two ends of the flow included. */
  readonly longestGapMs: number;
}

export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Default: a connection of its own. */
  readonly keepAlive?: boolean;
  /** PEM texts, for https. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export type HttpResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | Failure;

/** A connection as this end has it; IPv4 only. */
export interface StraySegmentRequest {
  readonly port: number;
  readonly peer: string;
  readonly peerPort: number;
  readonly timeoutMs: number;
}
