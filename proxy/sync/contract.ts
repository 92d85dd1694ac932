/** What sync/ is told and what it tells. */
import type { Refusal } from "#linux/nft/contract.ts";
import type { IpFamily, PortPlan } from "../contract.ts";

/** All ports that a Service has in one family from a revision of the cluster state on; none when it is gone. */
export interface ServiceUpdate {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly PortPlan[];
  readonly revision: number;
}

/** What happens at the kernel, for metrics, logs, Events and whoever waits for a Service. */
export interface SyncObserver {
  /** The kernel has the Service as it was at that revision, or what of it the kernel takes. */
  onProgrammed(update: ServiceUpdate): void;
  onCommit(commit: CommitReport): void;
  /** The kernel refuses a port's elements; the others stand. */
  onRefused(plan: PortPlan, refusal: Refusal): void;
  onDrift(drift: DriftReport): void;
}

export interface CommitReport {
  readonly family: IpFamily;
  readonly durationMs: number;
  readonly addedElements: number;
  readonly removedElements: number;
  readonly ok: boolean;
}

/** What an audit found different from what the table should hold, and mended. */
export interface DriftReport {
  readonly family: IpFamily;
  /** The sets, or "layout" where chains were missing and the table was made anew. */
  readonly sets: readonly string[];
  readonly elements: number;
}
