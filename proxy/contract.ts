/**
 * The Service proxy's own terms. plan/ turns Services, EndpointSlices, the node and the options into PortPlans, pure
 * values; layout/ turns PortPlans into elements of a constant set of nftables maps; sync/ commits what changed.
 * One address family is planned, laid out and committed apart from the other: tables `ip fairlead` and `ip6 fairlead`.
 */
import type { Protocol } from "#cluster/contract.ts";

export type IpFamily = 4 | 6;

/** How the traffic of this node's pods is told from other traffic (kube-proxy: detectLocalMode). */
export type DetectLocal =
  | { readonly mode: "ClusterCIDR"; readonly cidrs: readonly string[] }
  /** The podCIDRs of the Node object, as they are. */
  | { readonly mode: "NodeCIDR" }
  | { readonly mode: "BridgeInterface"; readonly interface: string }
  | { readonly mode: "InterfaceNamePrefix"; readonly prefix: string }
  /** Nothing is known to be local: traffic from outside the cluster to a ClusterIP is not masqueraded. */
  | { readonly mode: "none" };

/** What plan/ needs to know of the node; every field of it is data, so that tests can write it down. */
export interface NodeFacts {
  readonly name: string;
  readonly zone: string | undefined;
  /** The node's primary address of each family (status.addresses InternalIP), if any. */
  readonly primary: { readonly 4?: string; readonly 6?: string };
  /** Addresses that answer NodePorts, canonical, by family, after nodePortAddresses has been applied. */
  readonly nodePortAddresses: { readonly 4: readonly string[]; readonly 6: readonly string[] };
  /** All addresses of the node, for the rule of loadBalancerSourceRanges that holds the node itself. */
  readonly addresses: readonly string[];
}

export interface PlanOptions {
  readonly masqueradeAll: boolean;
  /** Only Services whose label service.kubernetes.io/service-proxy-name has this value; "" is its absence. */
  readonly serviceProxyName: string;
}

/** One backend of a ServicePort. */
export interface PlanEndpoint {
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
  /** On this node. */
  readonly local: boolean;
  /** Share of new connections relative to the others, an integer in lowest terms: 1 unless weights were asked for. */
  readonly weight: number;
}

/** What becomes of a new connection at one frontend. */
export type Outcome =
  /** To all usable endpoints of the cluster policy. */
  | "cluster"
  /** To the usable endpoints on this node. */
  | "local"
  /** Endpoints exist, but none where the policy allows: silence (kube-proxy: drop). */
  | "drop"
  /** No usable endpoint anywhere: refused at once (kube-proxy: reject). */
  | "refuse";

/** An address outside the cluster's Service range at which the ServicePort answers. */
export interface Frontend {
  readonly kind: "NodePort" | "LoadBalancer" | "ExternalIP";
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
  /** CIDRs that may connect, contained ones dropped; undefined where all may. Only kind LoadBalancer has them. */
  readonly sourceRanges: readonly string[] | undefined;
}

/** How one of the endpoints is chosen. */
export type Balancing =
  | { readonly kind: "random" }
  /** Consistent over nodes and restarts: a Maglev table of so many slots, by source address. */
  | { readonly kind: "maglev"; readonly slots: number };

/** Everything that is programmed for one port of one Service in one family. */
export interface PortPlan {
  /** Unique and stable: NAMESPACE/NAME:PORTNAME/PROTOCOL/FAMILY. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly family: IpFamily;
  /** Canonical text. */
  readonly clusterIP: string;
  readonly port: number;
  /** Usable for the cluster policy, after readiness, hints and fallbacks; no address twice, sorted. */
  readonly clusterEndpoints: readonly PlanEndpoint[];
  /** Usable on this node for Local policies, sorted. */
  readonly localEndpoints: readonly PlanEndpoint[];
  /** At the ClusterIP (internalTrafficPolicy). */
  readonly internal: Outcome;
  /** At every frontend (externalTrafficPolicy). "local" and "drop" have the short circuits of pods and of the node. */
  readonly external: Outcome;
  /** externalTrafficPolicy: Local, so that source addresses are kept and short circuits apply. */
  readonly externalLocal: boolean;
  readonly frontends: readonly Frontend[];
  /** ClientIP affinity. */
  readonly affinityTimeoutSeconds: number | undefined;
  readonly balancing: Balancing;
  /** When the oldest change that it contains was triggered (last-change-trigger-time), for the programming latency. */
  readonly triggeredMs: number | undefined;
}

/** A health check that the proxy answers for load balancers: type LoadBalancer with externalTrafficPolicy Local. */
export interface HealthCheck {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Ready endpoints on this node: 0 answers 503. */
  readonly localReadyEndpoints: number;
}

/** All that one Service asks of the proxy. */
export interface ServicePlan {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly PortPlan[];
  readonly healthCheck: HealthCheck | undefined;
  /** When weights change next by themselves (slow start). */
  readonly changesAtMs: number | undefined;
  /** What was ignored, one sentence each with the object, the field and the value. */
  readonly warnings: readonly PlanWarning[];
}

export interface PlanWarning {
  /** Stable name for the metric's label. */
  readonly reason:
    | "bad-cluster-ip"
    | "bad-external-ip"
    | "bad-load-balancer-ip"
    | "bad-source-range"
    | "bad-endpoint-address"
    | "bad-annotation"
    | "bad-affinity-timeout"
    | "address-conflict";
  readonly message: string;
}
