/** What every plugin, the servers and the Corefile loader agree on. Types only. */

import type { ClusterState } from "#cluster/contract.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type { PrefetchRule } from "./answers/popularity.ts";
import type { Directive, ServerBlock } from "./corefile/contract.ts";
import type { Message, Question } from "./wire/contract.ts";

export type Transport = "udp" | "tcp";

export interface ClientAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

/** One query on its way through a server block's chain. Plugins never change it; they hand a derived one to next. */
export interface Query {
  readonly message: Message;
  /** message.questions[0]: the server lets only messages with exactly one question in. */
  readonly question: Question;
  readonly client: ClientAddress;
  readonly transport: Transport;
  /** Bytes of the request as received. */
  readonly sizeBytes: number;
  /** The server block's zone that matched, lower case, for example "." or "cluster.local." */
  readonly zone: string;
  /** The listener as CoreDNS labels it, for example "dns://:53". */
  readonly server: string;
  /** How many lookups of plugins lead to this query; absent for a client's own. */
  readonly depth?: number;
}

/**
 * What a handler made of a query. `replied` carries the whole response; `refused` means nobody has answered and the
 * server writes that rcode itself (CoreDNS: SERVFAIL, REFUSED, FORMERR and NOTIMP are "not written").
 */
export type Verdict =
  | {
      readonly kind: "replied";
      readonly response: Message;
      readonly plugin: string;
      readonly wire?: WireForm;
    }
  | {
      readonly kind: "refused";
      readonly rcode: number;
      readonly plugin: string;
      readonly error?: Error;
    };

/**
 * A response that exists as bytes already, because an upstream sent it. The server sends them as they are while `of`
 * is the very response of the verdict: a plugin that changes the response makes a new one, and the bytes lapse.
 */
export interface WireForm {
  readonly of: Message;
  /** With the ID of the query's message. */
  readonly bytes: Uint8Array;
}

export type Next = (query: Query) => Promise<Verdict>;

export interface Handler {
  serve(query: Query, next: Next): Promise<Verdict>;
}

/**
 * What a plugin means for queries that the workers could answer from compiled answers:
 * - transparent: it neither sees nor changes them (or is compiled in otherwise, as loadbalance and prometheus are);
 * - needs-query: it must see every query, or those for some names, so these take the slow path;
 * - answers: the compiled answers are its own; nothing behind it is asked for those zones;
 * - caches: it keeps replies of the plugins behind it, which the workers may give where compiled answers say nothing.
 */
export type FastPathEffect =
  | { readonly kind: "transparent" }
  | NeedsQuery
  | { readonly kind: "answers"; readonly source: CompiledAnswers }
  | { readonly kind: "caches"; readonly source: CachedAnswers };

export interface NeedsQuery {
  readonly kind: "needs-query";
  /** Names whose queries must be seen, with all names below them. Absent: every query. Read as the listeners open. */
  readonly zones?: readonly string[];
  /** One Int32: once it is not 0 every query must be seen, because `zones` no longer tells all. */
  readonly everything?: SharedArrayBuffer;
}

/** Answers compiled by one plugin instance, for the workers. */
export interface CompiledAnswers {
  /** Memory of an AnswerTable (dns/answers). */
  readonly table: SharedArrayBuffer;
  /** Whether the table has the name, in any case: then the plugin answers for it, and always afresh. */
  knows(name: string): boolean;
  /** In the order that the table's entries number them. */
  readonly zones: readonly CompiledAnswersZone[];
}

export interface CompiledAnswersZone {
  /** Lower case with trailing dot. */
  readonly name: string;
  /** Minimum of the SOA in negative answers, and its TTL up to 300 s. */
  readonly negativeTtlSeconds: number;
  /** What a name without an entry means: it does not exist, or the plugin chain must say. */
  readonly missing: "nxdomain" | "defer";
  /** Names below pod.<zone> are computed by the plugin. */
  readonly deferPods: boolean;
}

/** Replies that one plugin instance keeps, for the workers to give while they live. */
export interface CachedAnswers {
  /** Memory of a MessageTable (dns/answers). */
  readonly table: SharedArrayBuffer;
  /** Whose names are kept; lower case with trailing dot. */
  readonly zones: readonly string[];
  /** Replies show the TTL that was stored, in place of what is left of it. */
  readonly keepTtl: boolean;
  /** Messages that are due by this rule are left to the plugin. Absent: none. */
  readonly prefetch?: PrefetchRule;
  /** Where the workers of a listener count what they answer (dns/answers/hit-counts.ts). */
  hitCounts(server: string): SharedArrayBuffer;
}

/** One zone of a server block on one listener; `server` is the listener's label, for example "dns://:53". */
export interface ServedZone {
  readonly server: string;
  /** "" is every local address. */
  readonly host: string;
  readonly port: number;
  /** Lower case with trailing dot. */
  readonly zone: string;
}

/** What bind and multisocket say about the block's listeners. */
export interface ListenerOptions {
  /** Addresses to bind to, in place of every local one. */
  readonly hosts?: readonly string[];
  /** UDP sockets a listener spreads its flows over. */
  readonly sockets?: number;
}

/** One configured plugin of one server block. */
export interface PluginInstance {
  readonly name: string;
  readonly handler?: Handler;
  readonly fastPath: FastPathEffect;
  readonly listener?: ListenerOptions;
  /** Listed by /ready as missing while false. Absent: always ready. */
  ready?(): boolean;
  /**
   * After all blocks are set up and before they serve queries. At a reload the former configuration still serves
   * meanwhile; when any instance cannot start, it stays and all of the new ones are stopped. `givenUp` aborts then, and
   * when the process is to end: what waits for something resolves.
   */
  start?(givenUp?: AbortSignal): Promise<void>;
  /** At SIGTERM, of all instances at once and before the listeners close; lameduck waits here. */
  beforeShutdown?(): Promise<void>;
  /** Of all that were set up, started or not; after the last query of its configuration has been answered. */
  stop?(): Promise<void>;
}

/** The part of a server block and of the process that a plugin's setup may use. */
export interface SetupContext {
  /** The block's zones, lower case with trailing dot, in order. */
  readonly zones: readonly string[];
  /** The block's listeners as labels, for example "dns://:53". */
  readonly servers: readonly string[];
  /** Which zone is served on which listener. */
  readonly served: readonly ServedZone[];
  /** The instances of this block in the order of the chain; complete once every plugin is set up. */
  readonly blockInstances: () => readonly PluginInstance[];
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  /** Services shared by all blocks of a process. */
  readonly shared: SharedServices;
}

/** What plugins need of the process and of the configuration that they are part of. */
export interface SharedServices {
  /** The cluster state for a kubernetes plugin with these connection options. Kept over a reload. */
  clusterState(options: ClusterStateOptions): ClusterState;
  /** Made once per process: metrics, whose counts outlive a reload. */
  once<T>(key: string, make: () => T): T;
  /** Made once per configuration, anew at each reload: what its blocks have in common. */
  ofConfiguration<T>(key: string, make: () => T): T;
  /**
   * A resource that lives while a configuration asks for its key: what both sides of a reload ask for stays as it is,
   * and what nobody asks for any more is closed.
   */
  keep<T extends Kept>(key: string, make: () => T): T;
  /**
   * Resolves another name through this server as a follow-up of a query; undefined when nobody could answer, or when
   * too many follow-ups have led here.
   */
  readonly lookup: Lookup;
  /** Ends the process with this error: serving on would do harm. */
  readonly onFatal: (error: Error) => void;
  /** True once the listeners answer; from then on, through reloads too. */
  readonly isServing: () => boolean;
  /** Reads the Corefile again and puts it in force where its content has changed. Never rejects. */
  readonly refresh: () => Promise<void>;
  /** All instances of all blocks of the configuration. */
  readonly instances: () => readonly PluginInstance[];
}

export interface Kept {
  close(): Promise<void>;
}

export type Lookup = (query: Query, name: string, type: number) => Promise<Message | undefined>;

export interface ClusterStateOptions {
  /** A directory of manifests in place of an API server. */
  readonly manifests?: string;
  readonly endpoint?: string;
  readonly kubeconfig?: { readonly file: string; readonly context?: string };
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile: string };
  readonly labelSelector?: string;
  readonly namespaceLabelSelector?: string;
  readonly kinds: readonly ("Service" | "EndpointSlice" | "Namespace" | "Pod")[];
}

/** A plugin as the registry (dns/plugins/registry.ts) knows it. */
export interface Plugin {
  readonly name: string;
  /** What a second directive of that name in one block means, as in CoreDNS. Absent: an error. */
  readonly repeated?: "error" | "last-wins" | "accumulates";
  /**
   * Reads all directives of that name in one block and returns the configured instance. Throws CorefileError for
   * unknown words and bad values; opens nothing.
   */
  setup(directives: readonly Directive[], context: SetupContext): PluginInstance;
}

/** One row of the registry: a name the Corefile language knows, with the plugin once it is supported. */
export interface RegistryRow {
  readonly name: string;
  readonly plugin?: Plugin;
}

/** A server block with everything set up and nothing started. */
export interface LoadedBlock {
  readonly block: ServerBlock;
  readonly zones: readonly string[];
  readonly served: readonly ServedZone[];
  /** From multisocket; absent: the server decides. */
  readonly sockets?: number;
  /** In the order of the chain. */
  readonly instances: readonly PluginInstance[];
}
