/** What a kubernetes directive configures, and cluster objects as DNS names. Types only. */
import type { ClusterStateOptions } from "../../contract.ts";

export type PodMode = "disabled" | "insecure" | "verified";

export interface KubernetesOptions {
  /** Lower case with trailing dot, as written; at least one is no reverse zone. */
  readonly zones: readonly string[];
  /** The first zone that is no reverse zone: PTR targets are in it. */
  readonly primaryZone: string;
  readonly ttlSeconds: number;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly namespaceLabelSelector?: string;
  readonly labelSelector?: string;
  readonly pods: PodMode;
  readonly endpointPodNames: boolean;
  readonly noEndpoints: boolean;
  readonly ignoreEmptyService: boolean;
  /** Zones whose missing names go to the next plugin; absent: none. */
  readonly fallthrough?: readonly string[];
  readonly startupTimeoutMs: number;
  /** Not ready while the API server has vouched for nothing for so long; absent: ready for good once synced. */
  readonly readyStaleMs?: number;
  readonly connection: Pick<ClusterStateOptions, "endpoint" | "kubeconfig" | "manifests" | "tls">;
}

/** An SRV record before its zone is known. */
export interface ServiceLocation {
  readonly weight: number;
  readonly port: number;
  /** Owner relative to the zone, for example "ep1.svc1.testns.svc". */
  readonly target: string;
}

export interface TargetAddress {
  readonly target: string;
  readonly address: string;
}

/** All that one name below a zone has. Every list may be empty: the name then exists without data. */
export interface NameRecords {
  /** Relative to the zone, lower case, no trailing dot: "svc1.testns.svc". */
  readonly owner: string;
  /**
   * service: the name of the Service; port: `_port._protocol` below it; protocol: the empty non-terminal between;
   * endpoint: a name of one or more endpoint addresses.
   */
  readonly kind: "service" | "port" | "protocol" | "endpoint";
  readonly v4: readonly string[];
  readonly v6: readonly string[];
  readonly srv: readonly ServiceLocation[];
  /** Addresses of the SRV targets. */
  readonly targets: readonly TargetAddress[];
  /** ExternalName: absolute, with trailing dot. */
  readonly cname?: string;
}

/** What publishing has learnt of all services together; kept up to date change by change. */
export interface PublishedNames {
  /** Names, relative to a zone, that a reverse lookup of the address gives: one service, else all its endpoints. */
  pointers(address: string): readonly string[];
  /** Names of the address as an endpoint, relative to a zone. */
  endpointNames(address: string): readonly string[];
  /** True while the namespace's object or a published service of it is there. */
  namespaceExists(namespace: string): boolean;
}
