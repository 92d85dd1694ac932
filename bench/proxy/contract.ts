/** What the parts of the proxy's benchmark hand to one another. Types only. */
import type { KubeObject } from "#lab/apiserver/contract.ts";

/** One Service and its only slice, as the API server has them. */
export interface ServiceObjects {
  readonly service: KubeObject;
  readonly slice: KubeObject;
}

/** How the endpoints of a Service differ from those it has at first. */
export interface Variant {
  /** Moves the last endpoint elsewhere: another number is another address. */
  readonly shift?: number;
  readonly endpoints?: number;
}

/** What changes of a table are measured. */
export type ChangeKind =
  /** One endpoint in place of another. */
  | "swap"
  /** One endpoint fewer, or one more. */
  | "count"
  | "add"
  | "remove";

/** A rule set in another proxy's shape: nft commands, with so many Services and their changes. */
export interface RivalShape {
  readonly name: string;
  load(services: number): string;
  addService(index: number): string;
  removeService(index: number): string;
  /** Another endpoint in place of the first; `round` makes its address. */
  swapEndpoint(index: number, round: number): string;
  /** From one number of endpoints to another. */
  resize(index: number, from: number, to: number): string;
}

/** A Service in front of real servers, beside those of the mix. */
export interface ProbeService {
  readonly name: string;
  readonly clusterIp: string;
  readonly port: number;
  readonly endpoint: { readonly address: string; readonly port: number };
}

/** What making or taking over a table has cost, in milliseconds. */
export interface StartFigures {
  readonly planMs: number;
  /** Layout, encoding and commits. */
  readonly programMs: number;
  /** Sum of the commits, which is the kernel's time and the thread's with its socket. */
  readonly commitMs: number;
  readonly transactions: number;
  readonly elements: number;
}

export interface ChangeFigures {
  /** From the cluster state's change to the end of the commit. */
  readonly totalMs: number;
  readonly commitMs: number;
  readonly transactions: number;
  readonly elements: number;
}

/** Latencies of TCP connection set-up, in microseconds. */
export interface SetUpFigures {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly failed: number;
}

export interface Target {
  readonly address: string;
  readonly port: number;
}
