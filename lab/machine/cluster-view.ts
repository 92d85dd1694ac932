import type { KubeClient } from "../client/contract.ts";
import type {
  BalancedCluster,
  BalancedNode,
  BalancedService,
  BalancedSlice,
} from "./balancer/contract.ts";
import type { SystemPod } from "./readiness.ts";

export interface ClusterView extends BalancedCluster {
  readonly pods: readonly SystemPod[];
}

/** Keeps what the supervisor reads of the cluster, and says when there is something new: once for changes that come together. */
export function watchCluster(client: KubeClient, onChange: (view: ClusterView) => void): void {
  const [nodes, pods] = [new Map<string, BalancedNode>(), new Map<string, SystemPod>()];
  const [services, slices] = [new Map<string, BalancedService>(), new Map<string, BalancedSlice>()];
  let due = false;
  const changed = (): void => {
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      onChange({
        nodes: [...nodes.values()],
        pods: [...pods.values()],
        services: [...services.values()],
        slices: [...slices.values()],
      });
    });
  };
  const keep = <Kept>(path: string, kept: Map<string, Kept>): void => {
    client.watch(path, {
      change(key, object) {
        // The path says of which kind it is, and the server has checked its shape.
        if (object === undefined) kept.delete(key);
        else kept.set(key, object as unknown as Kept);
        changed();
      },
    });
  };
  keep("/api/v1/nodes", nodes);
  keep("/api/v1/namespaces/kube-system/pods", pods);
  keep("/api/v1/services", services);
  keep("/apis/discovery.k8s.io/v1/endpointslices", slices);
}
