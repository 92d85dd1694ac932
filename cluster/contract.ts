/**
 * What the suite knows of the cluster: slim objects, the state that holds them, and the change sets it hands out.
 * Slim objects carry only the fields some part of Fairlead reads; add a field together with its reader.
 * Optional fields also take an explicit undefined, so that decoders can give all objects of a kind one hidden class.
 * Slim objects are shared and never change; equal parts of several objects may be one and the same value.
 */

/** The kinds that can be watched. A source watches those it is asked for. */
export type Kind = "Service" | "EndpointSlice" | "Namespace" | "Pod" | "Node" | "ServiceCIDR";

export type Protocol = "TCP" | "UDP" | "SCTP";

/** What every slim object has. `namespace` is "" for cluster-scoped kinds. */
export interface SlimObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

export interface ServicePort {
  /** "" when the port has no name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** 0 when none is allocated. */
  readonly nodePort: number;
}

export type TrafficPolicy = "Cluster" | "Local";

/** An address of status.loadBalancer; entries that have a hostname alone are left out. */
export interface LoadBalancerIngress {
  /** As written. */
  readonly ip: string;
  /** Proxy: traffic to it must leave the node and go through the load balancer (KEP-1860). */
  readonly ipMode: "VIP" | "Proxy";
}

/**
 * How a Service's traffic is to be carried, which only proxies read. Addresses and ranges are as written: a proxy
 * passes over what it cannot use, and the name of such a Service is answered all the same. Most Services have the
 * defaults, and equal values are one object.
 */
export interface ServiceTraffic {
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIngress: readonly LoadBalancerIngress[];
  /** spec.loadBalancerSourceRanges, else the list in the annotation that came before it. */
  readonly loadBalancerSourceRanges: readonly string[];
  /** 0 when none is allocated. */
  readonly healthCheckNodePort: number;
  /** With sessionAffinity ClientIP; 10800 where none is given. */
  readonly affinityTimeoutSeconds: number | undefined;
  /** Label service.kubernetes.io/service-proxy-name; "" when absent. */
  readonly proxyName: string;
  /** Label service.kubernetes.io/headless, whatever its value: proxies pass over the Service. */
  readonly hasHeadlessLabel: boolean;
  /** Those that begin with fairlead.dev/. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Service extends SlimObject {
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  /** Canonical text of every ClusterIP; empty for headless services ("None") and ExternalName. */
  readonly clusterIPs: readonly string[];
  readonly headless: boolean;
  /** Only for type ExternalName. */
  readonly externalName?: string | undefined;
  readonly ports: readonly ServicePort[];
  /** metadata.creationTimestamp, seconds since the epoch; 0 in manifests that have none. */
  readonly createdSeconds: number;
  readonly traffic: ServiceTraffic;
}

/** Where the endpoint would best be used (EndpointSlice API, hints). Equal values are one object. */
export interface EndpointHints {
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
}

export interface Endpoint {
  /** Canonical addresses; API semantics make them fungible, DNS publishes each. */
  readonly addresses: readonly string[];
  readonly hostname?: string | undefined;
  /** targetRef.name when targetRef.kind is Pod. */
  readonly podName?: string | undefined;
  readonly nodeName?: string | undefined;
  readonly zone?: string | undefined;
  /** conditions.ready, where absent means ready (EndpointSlice API). */
  readonly ready: boolean;
  /** conditions.serving: would be ready if it did not terminate; where absent, as ready. */
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hints?: EndpointHints | undefined;
}

export interface EndpointPort {
  readonly name: string;
  readonly protocol: Protocol;
  /** Absent means all ports. */
  readonly port?: number | undefined;
}

export interface EndpointSlice extends SlimObject {
  /** Label kubernetes.io/service-name; "" when the slice belongs to no service. */
  readonly serviceName: string;
  /** Label service.kubernetes.io/headless, whatever its value: proxies pass over the slice. */
  readonly hasHeadlessLabel: boolean;
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
  /** Annotation endpoints.kubernetes.io/last-change-trigger-time as milliseconds since the epoch. */
  readonly lastChangeTriggerTimeMs?: number | undefined;
}

export interface Namespace extends SlimObject {
  readonly labels: Readonly<Record<string, string>>;
}

export interface Pod extends SlimObject {
  /** Canonical text of status.podIPs, the primary one first; empty once the pod terminates or has run to its end. */
  readonly podIPs: readonly string[];
  readonly nodeName?: string | undefined;
}

export interface NodeAddress {
  readonly type: string;
  /** Canonical text of IP addresses; a Hostname as it is written. */
  readonly address: string;
}

/** Slim to what places a node and leads to it; a heartbeat changes none of it. */
export interface Node extends SlimObject {
  /** Those below topology.kubernetes.io, kubernetes.io, node.kubernetes.io and fairlead.dev. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those that begin with fairlead.dev/. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly addresses: readonly NodeAddress[];
  readonly podCIDRs: readonly string[];
  readonly taintKeys: readonly string[];
  readonly isDeleting: boolean;
}

/** networking.k8s.io/v1: ranges that ClusterIPs are taken from. Servers before 1.33 do not have the resource. */
export interface ServiceCIDR extends SlimObject {
  readonly cidrs: readonly string[];
}

/** Which slim type stands for which kind. */
export interface KindTypes {
  Service: Service;
  EndpointSlice: EndpointSlice;
  Namespace: Namespace;
  Pod: Pod;
  Node: Node;
  ServiceCIDR: ServiceCIDR;
}

export interface Update<T> {
  readonly before: T;
  readonly after: T;
}

export interface Changes<T> {
  readonly added: readonly T[];
  readonly updated: readonly Update<T>[];
  readonly removed: readonly T[];
}

/**
 * What one batch of events changed, as the net difference: an object is in it at most once. No-ops are dropped, where
 * a new resourceVersion or trigger time alone is none. A kind without changes is absent.
 */
export interface ChangeSet {
  readonly revision: number;
  readonly changes: { readonly [K in Kind]?: Changes<KindTypes[K]> };
}

export interface Collection<T> {
  readonly size: number;
  get(namespace: string, name: string): T | undefined;
  values(): IterableIterator<T>;
}

/** Read side of the state. Everything is synchronous and up to date with the last ChangeSet handed out. */
export interface ClusterState {
  readonly revision: number;
  readonly services: Collection<Service>;
  readonly endpointSlices: Collection<EndpointSlice>;
  readonly namespaces: Collection<Namespace>;
  readonly pods: Collection<Pod>;
  readonly nodes: Collection<Node>;
  readonly serviceCIDRs: Collection<ServiceCIDR>;
  /** All slices labelled with that service, in no order. Valid until the next ChangeSet. */
  slicesOfService(namespace: string, serviceName: string): readonly EndpointSlice[];
  /** Pods that hold the (canonical) address. Valid until the next ChangeSet. */
  podsByAddress(address: string): readonly Pod[];
  /** True when every watched kind, or the one named, has been listed once in full. Kinds nobody watches count as synced. */
  hasSynced(kind?: Kind): boolean;
  /** Called after each applied batch, in order of subscription. Returns the way to unsubscribe. */
  onChange(listener: (changeSet: ChangeSet) => void): () => void;
  /** Called once when hasSynced() turns true; at once (in a microtask) when it already is. */
  onSynced(listener: () => void): void;
  /** Milliseconds since the source last vouched for the kind it has longest been silent about; Infinity before it did. */
  staleForMs(): number;
}

/** One event of a source, already slim. */
export type SlimEvent<K extends Kind> =
  | { readonly type: "upsert"; readonly object: KindTypes[K] }
  | { readonly type: "delete"; readonly namespace: string; readonly name: string };

/** Write side of the state, for sources only. Each call yields at most one ChangeSet. */
export interface StateWriter {
  /** Declares that the kind will be fed, so that hasSynced() waits for it. */
  expect(kind: Kind): void;
  apply<K extends Kind>(kind: K, events: readonly SlimEvent<K>[]): void;
  /**
   * Replaces the kind's whole content: what is not among `objects` is removed, as one diff and without flapping
   * (client-go: Store.Replace). Marks the kind synced.
   */
  replace<K extends Kind>(kind: K, objects: Iterable<KindTypes[K]>): void;
  /** For sources that stream the first list through apply() and then say it is complete. */
  markSynced(kind: Kind): void;
  /** What is held of the kind, so that sources can compare it with what they receive. */
  held<K extends Kind>(kind: K): Collection<KindTypes[K]>;
  /** Vouches that the kind is now as its source has it. */
  vouch(kind: Kind): void;
}

/** Per-kind restriction of what a source reads. Selectors use Kubernetes' selector syntax. */
export interface WatchSelection {
  readonly kind: Kind;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** A server without the resource (404) then counts as one without objects of it, and is asked again now and then. */
  readonly mayBeMissing?: boolean;
}

/** Where cluster state comes from: an API server, or a directory of manifests. */
export interface ClusterSource {
  /**
   * Feeds the writer until stopped. Resolves when it has stopped; failures are retried and logged, not thrown.
   * The kinds it will feed are expected() before it returns its promise, so hasSynced() never lies in between.
   */
  run(writer: StateWriter, signal: AbortSignal): Promise<void>;
}

/**
 * From which revision of the state on the datapath of this node carries a Service. Where a proxy runs in the process,
 * a name is answered only once what it leads to is programmed.
 */
export interface ProgrammedServices {
  /** The newest revision at which the Service is in the kernel; undefined when it never was. */
  revisionOf(namespace: string, name: string): number | undefined;
  /** Called after each commit with what it has brought; returns the way to unsubscribe. */
  onProgrammed(listener: (services: readonly ProgrammedService[]) => void): () => void;
}

export interface ProgrammedService {
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
}
