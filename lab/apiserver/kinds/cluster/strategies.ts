import { PodCidrAllocator } from "../../allocation/pod-cidrs.ts";
import type { ClusterOptions, Sources } from "../../contract.ts";
import type { Store } from "../../store/store.ts";
import { nodeStrategy } from "../node.ts";
import { podStrategy } from "../pod.ts";
import type { Strategy } from "../strategy.ts";
import { clusterNodeStrategy } from "./node.ts";
import { clusterPodStrategy } from "./pod.ts";

/**
 * What kinds do otherwise where nodes run them.
 * @throws FairleadError FL-A001 for a pod CIDR that is none or that the mask does not fit
 */
export function clusterStrategies(
  store: Store,
  { podCidrs, nodePodCidrMask }: ClusterOptions,
  random: Sources["random"],
): ReadonlyMap<string, Strategy> {
  const cidrs = new PodCidrAllocator(store.collection("nodes"), podCidrs, nodePodCidrMask);
  return new Map([
    ["/Node", clusterNodeStrategy(nodeStrategy, cidrs)],
    ["/Pod", clusterPodStrategy(podStrategy, store.collection("serviceaccounts"), random)],
  ]);
}
