import type { KubeClient } from "../client/contract.ts";
import { isReady } from "./conditions.ts";

/** A pod as `lab status` lists it. */
export interface PodRow {
  readonly namespace: string;
  readonly name: string;
  /** Containers that are ready, of all: "1/2". */
  readonly ready: string;
  /** The phase, or why a container waits. */
  readonly phase: string;
  readonly ip: string;
  readonly node: string;
  /** It is ready, or has done its work. */
  readonly isWell: boolean;
}

export interface ClusterStatus {
  readonly readyNodes: ReadonlySet<string>;
  readonly pods: readonly PodRow[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
interface ListedNode {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
interface ListedPod {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly unknown[] };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state?: { readonly waiting?: { readonly reason?: string } };
    }[];
  };
}

export async function clusterStatus(client: KubeClient): Promise<ClusterStatus> {
  const [nodes, pods] = await Promise.all([
    client.request("GET", "/api/v1/nodes"),
    client.request("GET", "/api/v1/pods"),
  ]);
  // The paths say of which kind they are, and the server has checked their shape.
  const nodeItems = nodes.items as readonly ListedNode[];
  const podItems = pods.items as readonly ListedPod[];
  return {
    readyNodes: new Set(nodeItems.filter(isReady).map(({ metadata }) => metadata.name)),
    pods: podItems.map(podRow),
  };
}

export function podRow(pod: ListedPod): PodRow {
  const { metadata, spec, status } = pod;
  const containers = status?.containerStatuses ?? [];
  const waiting = containers.map(({ state }) => state?.waiting?.reason).find(Boolean);
  const phase = status?.phase ?? "Pending";
  const isTerminating = metadata.deletionTimestamp !== undefined;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ready: `${containers.filter(({ ready }) => ready).length}/${spec.containers.length}`,
    phase: isTerminating ? "Terminating" : (waiting ?? phase),
    ip: status?.podIP ?? "",
    node: spec.nodeName ?? "",
    isWell: !isTerminating && (phase === "Succeeded" || isReady(pod)),
  };
}
