import { createHash } from "node:crypto";
import type { ObjectApi } from "#lab/apiserver/contract.ts";
import type { Deployment, Pod } from "./contract.ts";
import { allPods, isReady, podsOf, references } from "./objects.ts";

/**
 * What the controllers of Deployments and ReplicaSets do, in one step: as many pods of the newest template as wanted, never
 * more than maxSurge on top, never fewer ready ones than maxUnavailable allows; and none of a Deployment that is gone.
 */
export function reconcileDeployments(objects: ObjectApi, serial: () => number): void {
  // The API server holds objects of this kind to this form.
  const deployments = objects.list(references.deployment).map(({ object }) => object as Deployment);
  for (const deployment of deployments) reconcile(objects, deployment, serial);
  const owners = new Set(deployments.map(({ metadata }) => metadata.uid));
  for (const pod of allPods(objects))
    if (pod.metadata.ownerReferences?.every(({ uid }) => !owners.has(uid)) === true)
      objects.delete({ ...pod, ...pod.metadata });
}

function reconcile(objects: ObjectApi, deployment: Deployment, serial: () => number): void {
  const { spec } = deployment;
  const wanted = spec.replicas ?? 1;
  const hash = createHash("sha256").update(JSON.stringify(spec.template)).digest("hex").slice(0, 8);
  const pods = podsOf(objects, deployment);
  const isNew = (pod: Pod): boolean => pod.metadata.labels?.["pod-template-hash"] === hash;
  const newPods = pods.filter(isNew);
  const oldPods = pods.filter((pod) => !isNew(pod));

  const { maxSurge = "25%", maxUnavailable = "25%" } = spec.strategy?.rollingUpdate ?? {};
  const most = wanted + amount(maxSurge, wanted, Math.ceil);
  const fewestReady = wanted - amount(maxUnavailable, wanted, Math.floor);
  const room = Math.min(wanted - newPods.length, most - pods.length);
  for (let count = 0; count < room; count++)
    objects.create(podFrom(deployment, hash, `${hash}-${serial()}`));

  let ready = pods.filter(isReady).length;
  const unwanted = [...oldPods, ...newPods.slice(wanted)];
  for (const pod of unwanted.sort((a, b) => Number(isReady(a)) - Number(isReady(b)))) {
    if (isReady(pod) && ready - 1 < fewestReady) continue;
    if (isReady(pod)) ready -= 1;
    objects.delete({ ...pod, ...pod.metadata });
  }
  writeStatus(objects, deployment, newPods, podsOf(objects, deployment));
}

function amount(share: number | string, wanted: number, round: (value: number) => number): number {
  return typeof share === "number" ? share : round((Number.parseInt(share, 10) / 100) * wanted);
}

function podFrom({ metadata, spec, ...kind }: Deployment, hash: string, suffix: string): Pod {
  const { name, namespace = "", uid = "" } = metadata;
  const labels = { ...spec.template.metadata?.labels, "pod-template-hash": hash };
  const { apiVersion } = kind;
  const owner = { apiVersion, kind: kind.kind, name, uid, controller: true };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-${suffix}`, namespace, labels, ownerReferences: [owner] },
    spec: spec.template.spec,
  };
}

function writeStatus(
  objects: ObjectApi,
  deployment: Deployment,
  newPods: readonly Pod[],
  pods: readonly Pod[],
): void {
  const ready = pods.filter(isReady).length;
  const status = {
    observedGeneration: deployment.metadata.generation,
    replicas: pods.length,
    updatedReplicas: newPods.length,
    readyReplicas: ready,
    availableReplicas: ready,
  };
  if (JSON.stringify(status) === JSON.stringify(deployment.status)) return;
  const { resourceVersion: _, ...metadata } = deployment.metadata;
  objects.replace({ ...deployment, metadata, status }, "status");
}
