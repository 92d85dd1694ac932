/** `fairlead test connectivity`: probes by name, what they are tried on, what came of them. Types only. */
import type { Attempt, Outcome } from "./prober/contract.ts";

export interface ConnectivityOptions {
  /** Made for the test, and deleted behind it. */
  readonly namespace: string;
  /** With this program in it; undefined: that of the cluster's own Fairlead. */
  readonly image: string | undefined;
  readonly clusterDomain: string;
  /** Asked of the cluster's DNS; undefined: nothing outside is asked for. */
  readonly externalName: string | undefined;
  /** Of the pods to be ready, and of a Service to get an address. */
  readonly readyTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  /** Names of probes; empty: all. */
  readonly only: readonly string[];
  /** Leaves the namespace for a look. */
  readonly keep: boolean;
}

/** From where a probe is tried: a pod of its own network, or one of the node's. */
export type Origin = "client" | "host-client";

/** What the cluster has made of the test's objects. */
export interface Scene {
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly externalName: string | undefined;
  readonly client: PodPlace;
  readonly same: PodPlace;
  /** Undefined where the cluster has one node. */
  readonly other: PodPlace | undefined;
  /** Of the Services, by the end of their name: cluster, node-port, ... */
  readonly services: Readonly<Record<ServiceName, ServicePlace>>;
}

export const serviceNames = [
  "cluster",
  "node-port",
  "load-balancer",
  "headless",
  "external",
  "hairpin",
] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface PodPlace {
  readonly name: string;
  readonly node: string;
  readonly nodeAddress: string;
  readonly address: string;
}

export interface ServicePlace {
  readonly clusterIp: string | undefined;
  /** Of its HTTP port and its UDP port. */
  readonly nodePorts: readonly number[];
  readonly loadBalancer: string | undefined;
}

export interface Probe {
  readonly name: string;
  /** What works when it passes, for people. */
  readonly means: string;
  readonly from: Origin;
  /** What is tried, or why this cluster cannot be asked. */
  plan(scene: Scene, timeoutMs: number): Attempt | { readonly skip: string };
  /** What is wrong with an answer that came; undefined when nothing is. */
  judge(outcome: Exclude<Outcome, { kind: "failure" }>, scene: Scene): string | undefined;
}

export type Verdict =
  | { readonly kind: "passed"; readonly attempts: number; readonly tookMs: number }
  | { readonly kind: "failed"; readonly why: string; readonly tookMs: number }
  | { readonly kind: "skipped"; readonly why: string };

export interface ProbeResult {
  readonly name: string;
  readonly means: string;
  readonly verdict: Verdict;
}
