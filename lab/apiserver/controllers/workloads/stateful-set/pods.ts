/** The Pods of a StatefulSet by their ordinal: pure functions. */
import type { KubeObject } from "../../../contract.ts";
import type { PodObject } from "../../../kinds/types.ts";
import type { StatefulSetObject } from "../../../kinds/workload/types.ts";
import { podFrom } from "../pods.ts";
import { revisionHashLabel } from "../revision-history.ts";

/** The number behind the set's name, undefined for a Pod that is none of its own. */
export function ordinalOf(
  { metadata: set }: KubeObject,
  { metadata }: KubeObject,
): number | undefined {
  const prefix = `${set.name}-`;
  const rest = metadata.name.slice(prefix.length);
  return metadata.name.startsWith(prefix) && /^\d{1,9}$/.test(rest) ? Number(rest) : undefined;
}

/** First ordinal, and the one behind the last. */
export function ordinals({ spec }: StatefulSetObject): {
  readonly first: number;
  readonly end: number;
} {
  const first = spec.ordinals?.start ?? 0;
  return { first, end: first + spec.replicas };
}

/**
 * A Pod with the name, and the name in DNS, that its ordinal gives it. There is no storage that outlives it: a claim's
 * volume is an empty directory.
 */
export function podWithOrdinal(set: StatefulSetObject, ordinal: number, hash: string): KubeObject {
  const { template, serviceName, volumeClaimTemplates = [] } = set.spec;
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = volumeClaimTemplates.map(({ metadata }) => ({
    name: metadata.name,
    emptyDir: {},
  }));
  const volumes = [...(template.spec.volumes ?? []), ...claims];
  return podFrom(set, template, {
    name,
    labels: {
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
      [revisionHashLabel]: hash,
    },
    spec: {
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  });
}

/** The value of the revision label: "web-5d9f" (a StatefulSet's is its revision's name). */
export function revisionOf({ metadata }: PodObject): string {
  return metadata.labels?.[revisionHashLabel] ?? "";
}
