import { definitionStrategy } from "../custom/strategy.ts";
import type { Store } from "../store/store.ts";
import { endpointSliceStrategy } from "./endpoint-slice.ts";
import { endpointsStrategy } from "./endpoints.ts";
import { immutableProblems } from "./immutable.ts";
import { namespaceStrategy } from "./namespace.ts";
import { networkPolicyStrategy } from "./network-policy.ts";
import { nodeStrategy } from "./node.ts";
import { podStrategy } from "./pod.ts";
import { secretStrategy } from "./secret.ts";
import { createServiceStrategy } from "./service/strategy.ts";
import type { Strategy } from "./strategy.ts";
import {
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
} from "./workload/defaults.ts";
import { jobStrategy } from "./workload/job.ts";

/**
 * The strategies of all kinds that have one; those of custom resources join them.
 * @throws FairleadError FL-A001 for a service CIDR that is none
 */
export function createStrategies(
  store: Store,
  serviceCidrs: readonly string[],
): Map<string, Strategy> {
  return new Map([
    ["/ConfigMap", { validate: immutableProblems }],
    ["/Endpoints", endpointsStrategy],
    ["/Namespace", namespaceStrategy],
    ["/Node", nodeStrategy],
    ["/Pod", podStrategy],
    ["/Secret", secretStrategy],
    ["/Service", createServiceStrategy(store.collection("services"), serviceCidrs)],
    ["apiextensions.k8s.io/CustomResourceDefinition", definitionStrategy],
    ["apps/DaemonSet", daemonSetStrategy],
    ["apps/Deployment", deploymentStrategy],
    ["apps/ReplicaSet", replicaSetStrategy],
    ["apps/StatefulSet", statefulSetStrategy],
    ["batch/Job", jobStrategy],
    ["discovery.k8s.io/EndpointSlice", endpointSliceStrategy],
    ["networking.k8s.io/NetworkPolicy", networkPolicyStrategy],
  ]);
}
