/** What a cluster is asked for by `fairlead status`, and what is said of it. Types only. */
import type {
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Node,
  V1Pod,
  V1Service,
} from "@kubernetes/client-node";

/** What the API server says at one time. */
export interface Observed {
  readonly server: string;
  readonly version: string;
  readonly tookMs: number;
  readonly nodes: readonly V1Node[];
  /** With the label app.kubernetes.io/part-of=fairlead. */
  readonly daemonSets: readonly V1DaemonSet[];
  readonly deployments: readonly V1Deployment[];
  readonly pods: readonly V1Pod[];
  /** kube-system/kube-dns. */
  readonly dns: V1Service | undefined;
  readonly dnsSlices: readonly V1EndpointSlice[];
}

export interface StatusItem {
  readonly name: string;
  /** "waiting": what a cluster that is starting shows. */
  readonly state: "ok" | "waiting" | "failed";
  readonly detail: string;
  /** One for each part that is not well. */
  readonly notes: readonly string[];
}
