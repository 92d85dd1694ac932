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
  /** The kernel has these Services as they were at their revisions, or what of them the kernel takes. */
  onSynced(sync: BatchReport): void;
  /** It failed as a whole and will be tried again. */
  onSyncFailed(family: IpFamily): void;
  onCommit(commit: CommitReport): void;
  /** The kernel refuses a port's elements; the others stand. */
  onRefused(plan: PortPlan, refusal: Refusal): void;
  /** An audit has ended; undefined when everything was as it should be. */
  onAudit(family: IpFamily, drift: DriftReport | undefined): void;
}

export interface BatchReport {
  readonly family: IpFamily;
  /** full: everything there is, at the start. */
  readonly scope: "full" | "partial";
  readonly durationMs: number;
  readonly services: readonly ServiceUpdate[];
  /** Nothing more waits. */
  readonly isLast: boolean;
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
  /** The sets, or "layout" where chains or rules were missing and the table was made anew. */
  readonly sets: readonly string[];
  /** Written to mend it. */
  readonly elements: number;
}
