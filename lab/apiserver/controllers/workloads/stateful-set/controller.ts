import type { PodObject } from "../../../kinds/types.ts";
import type { StatefulSetObject } from "../../../kinds/workload/types.ts";
import type { Children } from "../children.ts";
import type { WorkloadParts } from "../parts.ts";
import { PodControl, type PodWording } from "../pod-control.ts";
import { hasEnded, isAvailable, isReady, isTerminating } from "../pods.ts";
import {
  type ControllerRevision,
  RevisionHistory,
  revisionCollection,
} from "../revision-history.ts";
import { WorkloadController } from "../workload-controller.ts";
import { ordinalOf, ordinals, podWithOrdinal, revisionOf } from "./pods.ts";

const wording: PodWording = {
  created: (pod, { metadata }) => `create Pod ${pod} in StatefulSet ${metadata.name} successful`,
  deleted: (pod, { metadata }) => `delete Pod ${pod} in StatefulSet ${metadata.name} successful`,
};

/** Keeps Pods with lasting names, one after the other or, with podManagementPolicy Parallel, all at once. */
export class StatefulSetController extends WorkloadController<StatefulSetObject> {
  readonly #pods: Children<PodObject>;
  readonly #history: RevisionHistory;
  readonly #control: PodControl;

  constructor(parts: WorkloadParts) {
    super(parts, "StatefulSet", "statefulsets.apps");
    const { store, objects } = parts;
    this.#control = new PodControl(objects, this.events, wording);
    this.#pods = this.childrenIn(store.collection("pods"));
    const revisions = this.childrenIn<ControllerRevision>(store.collection(revisionCollection));
    this.#history = new RevisionHistory(revisions, objects);
  }

  protected syncWorkload(set: StatefulSetObject): void {
    const update = `${set.metadata.name}-${this.#history.present(set)}`;
    const current = set.status?.currentRevision || update;
    if (!isTerminating(set)) this.#step(set, current, update);
    this.#report(set, current, update);
  }

  #read(set: StatefulSetObject): Map<number, PodObject> {
    return new Map(
      this.#pods.claim(set).flatMap((pod) => {
        const ordinal = ordinalOf(set, pod);
        return ordinal === undefined ? [] : [[ordinal, pod] as const];
      }),
    );
  }

  #step(set: StatefulSetObject, current: string, update: string): void {
    const isParallel = set.spec.podManagementPolicy === "Parallel";
    const { first, end } = ordinals(set);
    const pods = this.#read(set);
    for (let ordinal = first; ordinal < end; ordinal += 1) {
      const pod = pods.get(ordinal);
      if (pod !== undefined && hasEnded(pod) && !isTerminating(pod)) this.#control.delete(set, pod);
      if (pod === undefined) {
        const revision = this.#isOfUpdate(set, ordinal) ? update : current;
        this.#create(set, ordinal, revision, update);
      }
      if (!isParallel && !(pod !== undefined && this.#isHealthy(set, pod))) return;
    }
    const surplus = [...pods.keys()]
      .filter((ordinal) => ordinal < first || ordinal >= end)
      .sort((left, right) => right - left);
    for (const ordinal of surplus) {
      const pod = pods.get(ordinal);
      if (pod === undefined) continue;
      if (!isTerminating(pod)) this.#control.delete(set, pod);
      if (!isParallel) return;
    }
    if (set.spec.updateStrategy.type === "RollingUpdate") this.#update(set, pods, update);
  }

  /** A Pod of the former template can only be made again from it while the rollout leaves its ordinal alone. */
  #create(set: StatefulSetObject, ordinal: number, revision: string, update: string): void {
    const template =
      revision === update ? set.spec.template : this.#history.template(set, hashIn(set, revision));
    const from = template === undefined ? set : { ...set, spec: { ...set.spec, template } };
    this.#control.create(set, podWithOrdinal(from, ordinal, revision));
  }

  #isOfUpdate({ spec }: StatefulSetObject, ordinal: number): boolean {
    const { type, rollingUpdate } = spec.updateStrategy;
    return type === "OnDelete" || ordinal >= (rollingUpdate?.partition ?? 0);
  }

  /** From the last to the partition: one old Pod at a time, and only when those behind it are well. */
  #update(set: StatefulSetObject, pods: ReadonlyMap<number, PodObject>, update: string): void {
    const { first, end } = ordinals(set);
    const last = Math.max(first, set.spec.updateStrategy.rollingUpdate?.partition ?? 0);
    for (let ordinal = end - 1; ordinal >= last; ordinal -= 1) {
      const pod = pods.get(ordinal);
      if (pod === undefined) return;
      const isOld = revisionOf(pod) !== update && !isTerminating(pod);
      if (isOld) this.#control.delete(set, pod);
      if (isOld || !this.#isHealthy(set, pod)) return;
    }
  }

  #isHealthy({ spec: { minReadySeconds = 0 } }: StatefulSetObject, pod: PodObject): boolean {
    return (
      !isTerminating(pod) &&
      pod.status.phase === "Running" &&
      isAvailable(pod, minReadySeconds, this.now())
    );
  }

  #report(set: StatefulSetObject, current: string, update: string): void {
    const pods = [...this.#read(set).values()];
    const alive = pods.filter((pod) => !isTerminating(pod));
    const { replicas } = set.spec;
    const counted = (revision: string) =>
      alive.filter((pod) => revisionOf(pod) === revision).length;
    const updated = counted(update);
    const isDone =
      updated === replicas && alive.length === replicas && alive.every((pod) => isReady(pod));
    const status = {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: alive.filter(isReady).length,
      availableReplicas: alive.filter((pod) => this.#isHealthy(set, pod)).length,
      currentReplicas: isDone ? updated : counted(current),
      updatedReplicas: updated,
      currentRevision: isDone ? update : current,
      updateRevision: update,
      collisionCount: 0,
    };
    this.setStatus(set, status);
    const used = [current, update, ...pods.map(revisionOf)].map((name) => hashIn(set, name));
    this.#history.trim(set, new Set(used));
    this.comeBack(set, alive);
  }
}

/** The hash at the end of a revision's name. */
function hashIn({ metadata }: StatefulSetObject, revision: string): string {
  return revision.slice(metadata.name.length + 1);
}
