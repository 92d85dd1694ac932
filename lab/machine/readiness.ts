/** What of the cluster is ready, in words, from what the API says. */
import type { BalancedNode } from "./balancer/contract.ts";
import { isReady } from "./conditions.ts";

export interface SystemPod {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface Readiness {
  /** Each is true from some moment on. */
  readonly reached: readonly string[];
  readonly isComplete: boolean;
}

/** Of lab/manifests/dns.yaml. */
const dnsReplicas = 2;

/** @param nodes names of those that there are to be */
export function readinessOf(
  nodes: readonly string[],
  cluster: { readonly nodes: readonly BalancedNode[]; readonly pods: readonly SystemPod[] },
): Readiness {
  const ready = cluster.pods.filter(isReady);
  const labelled = (value: string) =>
    ready.filter(({ metadata }) => metadata.labels?.["k8s-app"] === value);
  const readyNodes = new Set(cluster.nodes.filter(isReady).map(({ metadata }) => metadata.name));
  const served = new Set(labelled("fairlead-node").map(({ spec }) => spec?.nodeName));
  const dnsPods = labelled("kube-dns").length;
  const milestones: readonly (readonly [text: string, reached: boolean])[] = [
    ...nodes.map((name) => [`${name} is Ready`, readyNodes.has(name)] as const),
    ...nodes.map((name) => [`fairlead node serves ${name}`, served.has(name)] as const),
    [`DNS pods are Ready (${dnsReplicas})`, dnsPods >= dnsReplicas],
  ];
  return {
    reached: milestones.filter(([, reached]) => reached).map(([text]) => text),
    isComplete: milestones.every(([, reached]) => reached),
  };
}
