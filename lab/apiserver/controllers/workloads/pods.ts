/** What controllers ask of Pods, and how a template becomes one: pure functions. */
import type { KubeObject, OwnerReference } from "../../contract.ts";
import type { Condition, PodObject } from "../../kinds/types.ts";
import type { PodTemplate } from "../../kinds/workload/types.ts";

export function conditionOf(pod: PodObject, type: string): Condition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: PodObject): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

export function isTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function hasEnded({ status }: PodObject): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

/** Neither ended nor about to: the Pods that count. */
export function isActive(pod: PodObject): boolean {
  return !hasEnded(pod) && !isTerminating(pod);
}

/** Milliseconds until the Pod has been ready for long enough to be available; 0 is available, undefined not ready. */
export function untilAvailableMs(
  pod: PodObject,
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const ready = conditionOf(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const sinceMs = Date.parse(ready.lastTransitionTime ?? "");
  return Number.isNaN(sinceMs) ? undefined : Math.max(0, sinceMs + minReadySeconds * 1000 - nowMs);
}

export function isAvailable(pod: PodObject, minReadySeconds: number, nowMs: number): boolean {
  return untilAvailableMs(pod, minReadySeconds, nowMs) === 0;
}

/** How an object says which controller made it. */
export function controlledBy({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name, uid = "" } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** A Pod of a workload; `identity` says how it is called and what it has beyond the template. */
export function podFrom(
  owner: KubeObject,
  template: PodTemplate,
  identity: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly spec?: Partial<PodObject["spec"]>;
  } = {},
): KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { name, namespace = "" } = owner.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: identity.name ?? "",
      ...(identity.name === undefined ? { generateName: `${name}-` } : {}),
      namespace,
      labels: { ...labels, ...identity.labels },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: { ...template.spec, ...identity.spec },
  };
}
