import type { ObjectApi } from "#lab/apiserver/contract.ts";
import type { Deployment, Pod } from "./contract.ts";

export const references = {
  deployment: { apiVersion: "apps/v1", kind: "Deployment" },
  pod: { apiVersion: "v1", kind: "Pod" },
  slice: { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
} as const;

export function podsOf(objects: ObjectApi, { metadata }: Deployment): readonly Pod[] {
  return allPods(objects).filter((pod) =>
    pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid),
  );
}

export function allPods(objects: ObjectApi): readonly Pod[] {
  // The API server holds objects of this kind to this form.
  return objects.list(references.pod).map(({ object }) => object as Pod);
}

export function isReady({ status }: Pod): boolean {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

/** Writes what became of a pod, unless it is gone. */
export function writePodStatus(
  objects: ObjectApi,
  pod: Pod,
  address: string,
  ready: boolean,
): void {
  const { name, namespace } = pod.metadata;
  if (namespace === undefined || objects.get({ ...references.pod, namespace, name }) === undefined)
    return;
  const { resourceVersion: _, ...metadata } = pod.metadata;
  const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
  const status = { phase: "Running", podIP: address, podIPs: [{ ip: address }], conditions };
  objects.replace({ ...pod, metadata, status }, "status");
}
