/** What probes and load balancers are told: the proxy's own health, and that of Services on this node. */
import type { Node } from "#cluster/contract.ts";
import type { HealthCheck, IpFamily } from "../contract.ts";

/** What health needs of the Node object. */
export type NodeStanding = Pick<Node, "isDeleting" | "taintKeys">;

export interface FamilyHealth {
  readonly healthy: boolean;
  /** When its rules were last brought up to date; undefined before the first time. */
  readonly lastUpdatedMs: number | undefined;
}

export interface SyncHealthReport {
  readonly healthy: boolean;
  readonly nowMs: number;
  readonly families: ReadonlyMap<IpFamily, FamilyHealth>;
}

export type Probe = "healthz" | "livez";

/** What is to become of one Service's health check port; a ServicePlan is one. */
export interface HealthCheckChange {
  readonly namespace: string;
  readonly name: string;
  /** Undefined closes it. */
  readonly healthCheck: HealthCheck | undefined;
}
