/** Where Pods of a DaemonSet belong: pure functions. */
import type {
  Affinity,
  NodeObject,
  NodeSelectorTerm,
  PodObject,
  PodSpec,
  Toleration,
} from "../../../kinds/types.ts";
import type { DaemonSetObject } from "../../../kinds/workload/types.ts";
import { matchesNode, untolerated } from "../../scheduling/fit.ts";

/** What Pods of DaemonSets put up with ("DaemonSet", "Taints and tolerations"). */
function tolerationsOf({ hostNetwork = false, tolerations = [] }: PodSpec): readonly Toleration[] {
  const added = [
    ["not-ready", "NoExecute"],
    ["unreachable", "NoExecute"],
    ["disk-pressure", "NoSchedule"],
    ["memory-pressure", "NoSchedule"],
    ["pid-pressure", "NoSchedule"],
    ["unschedulable", "NoSchedule"],
    ...(hostNetwork ? [["network-unavailable", "NoSchedule"]] : []),
  ].map(([word, effect]) => ({ key: `node.kubernetes.io/${word}`, operator: "Exists", effect }));
  return [...tolerations, ...added];
}

/** Whether the DaemonSet has a Pod on the Node, and whether one that is there already may stay. */
export function placement(
  { spec: { template } }: DaemonSetObject,
  node: NodeObject,
): { readonly belongs: boolean; readonly mayStay: boolean } {
  const spec = { ...template.spec, tolerations: tolerationsOf(template.spec) };
  if (!matchesNode(spec, node)) return { belongs: false, mayStay: false };
  const taint = untolerated(spec, node);
  return { belongs: taint === undefined, mayStay: taint?.effect !== "NoExecute" };
}

/** What a Pod for one Node has beyond the template: the scheduler binds it there and nowhere else. */
export function specFor({ spec: { template } }: DaemonSetObject, node: string): Partial<PodSpec> {
  const onNode = [{ key: "metadata.name", operator: "In", values: [node] }];
  const { affinity } = template.spec;
  const terms =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const nodeSelectorTerms: readonly NodeSelectorTerm[] =
    terms === undefined || terms.length === 0
      ? [{ matchFields: onNode }]
      : terms.map((term) => ({ ...term, matchFields: onNode }));
  const bound: Affinity = {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
    },
  };
  return { affinity: bound, tolerations: tolerationsOf(template.spec) };
}

/** The Node that a Pod of a DaemonSet is on or is meant for. */
export function nodeOf({ spec }: PodObject): string {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return spec.nodeName || (terms?.[0]?.matchFields?.[0]?.values?.[0] ?? "");
}
