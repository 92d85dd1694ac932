import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../contract.ts";
import type { PodObject } from "../../../kinds/types.ts";
import type { DeploymentObject, ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { StatusError } from "../../../status.ts";
import type { Collection } from "../../../store/collection.ts";
import type { Children } from "../children.ts";
import type { WorkloadParts } from "../parts.ts";
import { controllerOf, hasEnded, isTerminating } from "../pods.ts";
import { WorkloadController } from "../workload-controller.ts";
import {
  asRevision,
  byAge,
  currentSet,
  desiredAnnotation,
  newSet,
  revisionAnnotation,
  revisionOf,
  sizes,
} from "./revisions.ts";
import {
  currentSize,
  maxReplicas,
  proportionalStep,
  type Resize,
  recreateStep,
  rollingStep,
} from "./rollout.ts";
import { isComplete, remainingMs, statusOf } from "./status.ts";

/** Rolls a Deployment's template out over ReplicaSets, one for each revision. */
export class DeploymentController extends WorkloadController<DeploymentObject> {
  readonly #pods: Collection;
  readonly #sets: Children<ReplicaSetObject>;

  constructor(parts: WorkloadParts) {
    super(parts, "Deployment", "deployments.apps");
    const sets = parts.store.collection("replicasets.apps");
    this.#pods = parts.store.collection("pods");
    this.#sets = this.childrenIn(sets);
    // Recreate waits until the last old Pod has gone.
    this.#pods.observe(({ type, after }) => {
      if (type === "DELETED") this.#enqueueOwnerOf(sets, after.object);
    });
  }

  protected syncWorkload(found: DeploymentObject, key: string): void {
    const claimed = this.#sets.claim(found);
    const created = !isTerminating(found) && this.#roll(found, claimed);
    const deployment = (this.workloads.get(key)?.object ?? found) as DeploymentObject;
    this.#report(deployment, created);
  }

  /** Says whether a ReplicaSet was made. */
  #roll(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): boolean {
    const current = currentSet(deployment, sets);
    const { paused = false, strategy } = deployment.spec;
    if (paused || isRescaled(deployment, sets)) {
      this.#resize(deployment, proportionalStep(deployment, inUse(current, sets)));
      return false;
    }
    const old = byAge(sets.filter((set) => set !== current));
    const isRecreate = strategy.type === "Recreate";
    if (isRecreate && current === undefined && old.some(({ spec }) => spec.replicas > 0)) {
      this.#resize(
        deployment,
        old.map((set) => ({ set, replicas: 0 })),
      );
      return false;
    }
    if (isRecreate && this.#hasPods(old)) return false;
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (current === undefined) return this.#create(deployment, sets, revision);
    const annotated = asRevision(current, deployment, revision);
    const fresh = (
      isDeepStrictEqual(annotated, current) ? current : this.objects.replace(annotated).object
    ) as ReplicaSetObject;
    this.#annotate(deployment, String(revisionOf(fresh)));
    const step = isRecreate ? recreateStep : rollingStep;
    this.#resize(deployment, step(deployment, { current: fresh, old }));
    this.#forgetOld(deployment, fresh, old);
    return false;
  }

  #create(
    deployment: DeploymentObject,
    sets: readonly ReplicaSetObject[],
    revision: number,
  ): boolean {
    const replicas = currentSize(deployment, sets);
    const wanted = newSet(deployment, replicas, maxReplicas(deployment), revision);
    if (this.objects.get({ ...wanted, ...wanted.metadata }) !== undefined) {
      // The hash stands for another template already: the next one is made with a salt.
      const { collisionCount = 0 } = deployment.status ?? {};
      const status = { ...deployment.status, collisionCount: collisionCount + 1 };
      this.objects.replace({ ...deployment, status }, "status");
      return false;
    }
    const { name } = wanted.metadata;
    try {
      this.objects.create(wanted);
    } catch (error) {
      if (error instanceof StatusError && error.reason === "Invalid")
        this.events.warning(
          deployment,
          "ReplicaSetCreateError",
          `Failed to create new replica set ${JSON.stringify(name)}: ${error.message}`,
        );
      throw error;
    }
    this.#annotate(deployment, String(revision));
    if (replicas > 0)
      this.events.normal(
        deployment,
        "ScalingReplicaSet",
        `Scaled up replica set ${name} from 0 to ${replicas}`,
      );
    return true;
  }

  #annotate({ metadata, ...rest }: DeploymentObject, revision: string): void {
    if (metadata.annotations?.[revisionAnnotation] === revision) return;
    const annotations = { ...metadata.annotations, [revisionAnnotation]: revision };
    const { resourceVersion: _, ...identity } = metadata;
    this.objects.replace({ ...rest, metadata: { ...identity, annotations } } as KubeObject);
  }

  #resize(deployment: DeploymentObject, steps: readonly Resize[]): void {
    const annotations = sizes(deployment.spec.replicas, maxReplicas(deployment));
    for (const { set, replicas } of steps) {
      const { metadata, spec } = set;
      const resized = {
        ...set,
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
        spec: { ...spec, replicas },
      };
      if (isDeepStrictEqual(resized, set)) continue;
      this.objects.replace(resized);
      if (replicas === spec.replicas) continue;
      const way = replicas > spec.replicas ? "up" : "down";
      this.events.normal(
        deployment,
        "ScalingReplicaSet",
        `Scaled ${way} replica set ${metadata.name} from ${spec.replicas} to ${replicas}`,
      );
    }
  }

  /** Old ReplicaSets beyond the history go once the rollout is done. */
  #forgetOld(
    deployment: DeploymentObject,
    current: ReplicaSetObject,
    old: readonly ReplicaSetObject[],
  ): void {
    const { replicas, revisionHistoryLimit = 10 } = deployment.spec;
    const isDone = current.status?.availableReplicas === replicas;
    const idle = old.filter(
      ({ spec, status, metadata }) =>
        spec.replicas === 0 &&
        (status?.replicas ?? 0) === 0 &&
        metadata.deletionTimestamp === undefined,
    );
    if (!isDone || idle.length <= revisionHistoryLimit) return;
    const order = idle.toSorted((left, right) => revisionOf(left) - revisionOf(right));
    for (const { apiVersion, kind, metadata } of order.slice(
      0,
      idle.length - revisionHistoryLimit,
    )) {
      const { namespace = "", name } = metadata;
      this.objects.delete({ apiVersion, kind, namespace, name });
    }
  }

  #report(deployment: DeploymentObject, created: boolean): void {
    const all = this.#sets.claim(deployment);
    const observed = { all, current: currentSet(deployment, all), created };
    const status = statusOf(deployment, observed, this.now());
    this.setStatus(deployment, status);
    const next = { ...deployment, status } as DeploymentObject;
    const { namespace = "", name } = deployment.metadata;
    if (!isComplete(next, status as Readonly<Record<string, number>>))
      this.enqueueAfter(`${namespace}/${name}`, Math.max(0, remainingMs(next, this.now())) + 1);
  }

  #hasPods(sets: readonly ReplicaSetObject[]): boolean {
    const uids = new Set(sets.map(({ metadata }) => metadata.uid));
    const namespace = sets[0]?.metadata.namespace ?? "";
    if (uids.size === 0) return false;
    return this.#pods
      .range(`${namespace}/`)
      .some(
        ({ object }) => uids.has(controllerOf(object)?.uid ?? "") && !hasEnded(object as PodObject),
      );
  }

  #enqueueOwnerOf(sets: Collection, pod: KubeObject): void {
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (owner?.kind !== "ReplicaSet") return;
    const set = sets.get(`${namespace}/${owner.name}`)?.object;
    const deployment = set === undefined ? undefined : controllerOf(set);
    if (deployment?.kind === "Deployment") this.enqueue(`${namespace}/${deployment.name}`);
  }
}

/** Whether someone changed the number of replicas since the ReplicaSets got theirs. */
function isRescaled({ spec }: DeploymentObject, sets: readonly ReplicaSetObject[]): boolean {
  return sets.some(({ metadata, spec: { replicas } }) => {
    const desired = metadata.annotations?.[desiredAnnotation];
    return replicas > 0 && desired !== undefined && Number(desired) !== spec.replicas;
  });
}

/** The ReplicaSets that share the replicas: those that have any, or else the present one. */
function inUse(
  current: ReplicaSetObject | undefined,
  sets: readonly ReplicaSetObject[],
): readonly ReplicaSetObject[] {
  const alive = sets.filter(({ spec }) => spec.replicas > 0);
  if (alive.length > 0 || current === undefined) return alive;
  return [current];
}
