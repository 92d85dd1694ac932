/** Connections that were refused or dropped, told to those who run the Service that they meant. */
import type { Protocol } from "#cluster/contract.ts";

/** nflog group that rules send samples to. */
export const SAMPLE_GROUP = 4653;
/** Begins the prefix of a sample; the reason follows. */
export const SAMPLE_PREFIX = "fairlead ";

/** What the rule did: answered at once, or nothing. */
export type RefusalReason = "refuse" | "drop";

/** One packet out of many: rules send a few a second. */
export interface RefusalSample {
  readonly atMs: number;
  readonly reason: RefusalReason;
  readonly client: string;
  readonly protocol: Protocol;
  /** As the packet was addressed. */
  readonly address: string;
  readonly port: number;
}

/** Why a frontend takes no connections, or not those of everyone. */
export type RefusalCause =
  | "no-endpoints"
  /** internalTrafficPolicy Local. */
  | "none-local-internal"
  /** externalTrafficPolicy Local. */
  | "none-local-external"
  /** loadBalancerSourceRanges. */
  | "source-ranges";

/** A ServicePort at one of its frontends. */
export interface RefusingPort {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly cause: RefusalCause;
  /** When it began, as far as this process knows. */
  readonly sinceMs: number;
}

/** What came to one Service for one cause in a time. */
export interface RefusalReport {
  readonly port: RefusingPort;
  readonly reason: RefusalReason;
  readonly durationMs: number;
  /** How many different clients, and whether there were more than are remembered. */
  readonly clients: { readonly count: number; readonly isMore: boolean };
  /** The first of them. */
  readonly examples: readonly string[];
}
