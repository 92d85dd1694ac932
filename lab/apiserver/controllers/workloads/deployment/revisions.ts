/** Revisions of a Deployment: its ReplicaSets, the template of each, and what they say of themselves in annotations. */
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../contract.ts";
import type {
  DeploymentObject,
  PodTemplate,
  ReplicaSetObject,
} from "../../../kinds/workload/types.ts";
import { controlledBy } from "../pods.ts";
import { templateHash } from "../template-hash.ts";

const hashLabel = "pod-template-hash";
export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";

/** Annotations of a Deployment that are its own and not its ReplicaSets'. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  "deprecated.deployment.rollback.to",
]);

type Annotations = Readonly<Record<string, string>>;

export function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}

/** The ReplicaSet of the present template, if there is one; of several the oldest. */
export function currentSet(
  deployment: DeploymentObject,
  sets: readonly ReplicaSetObject[],
): ReplicaSetObject | undefined {
  const wanted = withoutHash(deployment.spec.template);
  return byAge(sets).find(({ spec }) => isDeepStrictEqual(withoutHash(spec.template), wanted));
}

export function byAge(sets: readonly ReplicaSetObject[]): ReplicaSetObject[] {
  const order = ({ metadata }: ReplicaSetObject) => metadata.creationTimestamp ?? "";
  return sets.toSorted(
    (left, right) =>
      order(left).localeCompare(order(right)) ||
      left.metadata.name.localeCompare(right.metadata.name),
  );
}

function withoutHash({ metadata, spec }: PodTemplate): object {
  const { [hashLabel]: _, ...labels } = metadata?.labels ?? {};
  const annotations = metadata?.annotations ?? {};
  return { labels, annotations, spec };
}

/** A ReplicaSet for the present template. */
export function newSet(
  deployment: DeploymentObject,
  replicas: number,
  maxReplicas: number,
  revision: number,
): KubeObject {
  const { metadata, spec } = deployment;
  const { template, selector, minReadySeconds } = spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? "",
      labels,
      annotations: {
        ...copied(metadata.annotations),
        ...sizes(spec.replicas, maxReplicas),
        [revisionAnnotation]: String(revision),
      },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** The present ReplicaSet with the annotations that it should have; its number is above all others'. */
export function asRevision(
  set: ReplicaSetObject,
  deployment: DeploymentObject,
  revision: number,
): ReplicaSetObject {
  const was = set.metadata.annotations ?? {};
  const annotations: Record<string, string> = {
    ...was,
    ...copied(deployment.metadata.annotations),
  };
  if (revisionOf(set) < revision) {
    const former = was[revisionAnnotation];
    const history = was[historyAnnotation];
    annotations[revisionAnnotation] = String(revision);
    if (former !== undefined)
      annotations[historyAnnotation] = history === undefined ? former : `${history},${former}`;
  }
  const { minReadySeconds } = deployment.spec;
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  };
}

export function sizes(desired: number, max: number): Annotations {
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(max) };
}

function copied(annotations: Annotations = {}): Annotations {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !notCopied.has(key)));
}
