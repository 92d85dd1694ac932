/** What the proxy counts, as those who do the work report it. Durations in milliseconds, as they are measured. */
import type { RequestOutcome } from "#cluster/api/client.ts";
import type { IpFamily, PlanWarning, PortPlan } from "../contract.ts";
import type { Probe } from "../health/contract.ts";

export interface ProxyMetrics {
  family(family: IpFamily): FamilyMetrics;
  readonly onProbe: (probe: Probe, status: number) => void;
  /** For connect(): requests to the API server. */
  readonly onRequest: (outcome: RequestOutcome) => void;
  readonly onWarning: (reason: PlanWarning["reason"]) => void;
  /** A sampled refusal, and whether a Service was found that it concerns. */
  readonly onRefusalSample: (reason: "refuse" | "drop", isAttributed: boolean) => void;
}

/** How many objects changed, by what they are. */
export interface ChangeCounts {
  readonly services: number;
  readonly endpoints: number;
}

export interface SyncReport {
  /** Whether all Services were laid out anew, or those that changed. */
  readonly scope: "full" | "partial";
  readonly durationMs: number;
  /** The changes that are in the kernel now, out of those queued. */
  readonly changes: ChangeCounts;
  /** When each of them was triggered, where that is known (PortPlan.triggeredMs). */
  readonly triggeredMs: readonly number[];
  /** Of the cluster state that the kernel reflects now. */
  readonly revision: number;
}

export interface FamilyMetrics {
  onQueued(changes: ChangeCounts): void;
  onSynced(sync: SyncReport): void;
  /** A sync that will be tried again. */
  onSyncFailed(): void;
  onCleanupFailed(): void;
  /** ServicePorts whose Local policy has no endpoint on this node, by the policy. */
  setNoLocalEndpoints(count: { readonly internal: number; readonly external: number }): void;
  onCommit(commit: {
    readonly durationMs: number;
    readonly addedElements: number;
    readonly removedElements: number;
    readonly ok: boolean;
  }): void;
  /** The kernel does not take the elements of one ServicePort. */
  onRefusedPort(): void;
  /** An audit has ended and mended so many elements. */
  onAudit(repairedElements: number): void;
  onFlowsCleaned(clean: { readonly durationMs: number; readonly deleted: number }): void;
}

/** What metrics read when they are asked. */
export interface MetricSources {
  /** Elements in each set or map. */
  elements(family: IpFamily): Iterable<readonly [set: string, count: number]>;
  /** The counters of frontends, read from the kernel. Called at most once a scrape. */
  connections(): Promise<Iterable<ConnectionReading>>;
}

/** The counter of one frontend's element. */
export interface ConnectionReading {
  /** Stable and unique as long as the frontend exists. */
  readonly element: string;
  readonly port: Pick<PortPlan, "id" | "namespace" | "name" | "portName" | "protocol" | "family">;
  /** Since the element was made; smaller than before when it was made anew. */
  readonly connections: number;
}
