import type { PodCidrAllocator } from "../../allocation/pod-cidrs.ts";
import type { Strategy } from "../strategy.ts";
import { notReadyTaint, withTaint } from "../taints.ts";
import type { NodeObject } from "../types.ts";

/** Nodes of a live cluster: a new one takes no pods until it is ready, and each has its share of the pod CIDRs. */
export function clusterNodeStrategy(plain: Strategy, podCidrs: PodCidrAllocator): Strategy {
  return {
    ...plain,
    begin: (object) => withTaint({ spec: {}, ...object } as NodeObject, notReadyTaint),
    // A kubelet that writes its Node whole does not know the share.
    carryOver: (object, before) => {
      const { podCIDR, podCIDRs } = (before as NodeObject).spec;
      const kept = podCIDRs === undefined ? {} : { podCIDR, podCIDRs };
      return { ...object, spec: { ...kept, ...(object.spec as object | undefined) } };
    },
    allocate: (object) => {
      const node = object as NodeObject;
      const podCIDRs = node.spec.podCIDRs ?? podCidrs.next();
      if (podCIDRs === undefined) return node;
      return { ...node, spec: { ...node.spec, podCIDR: podCIDRs[0], podCIDRs } };
    },
  };
}
