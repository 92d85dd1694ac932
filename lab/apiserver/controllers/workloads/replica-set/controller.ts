import { isDeepStrictEqual } from "node:util";
import type { ObjectApi, Sources } from "../../../contract.ts";
import type { PodObject } from "../../../kinds/types.ts";
import type { ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { selectsLabels } from "../../../selectors/label-selector.ts";
import type { StatusError } from "../../../status.ts";
import type { Collection } from "../../../store/collection.ts";
import { EventRecorder } from "../../events.ts";
import { QueueController } from "../../queue-controller.ts";
import { Children } from "../children.ts";
import { withCondition, withoutCondition } from "../conditions.ts";
import type { WorkloadParts } from "../parts.ts";
import { PodControl } from "../pod-control.ts";
import { isActive, isReady, isTerminating, podFrom, untilAvailableMs } from "../pods.ts";
import { inOrderOfDeletion } from "./ranking.ts";

/** Keeps as many Pods running as a ReplicaSet asks for. */
export class ReplicaSetController extends QueueController {
  readonly #sets: Collection;
  readonly #pods: Children<PodObject>;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #control: PodControl;

  constructor({ store, objects, now, logger }: WorkloadParts) {
    super("replicaSet", logger);
    this.#sets = store.collection("replicasets.apps");
    this.#objects = objects;
    this.#now = now;
    this.#control = new PodControl(
      objects,
      new EventRecorder(objects, now, "replicaset-controller"),
    );
    this.#sets.observe(({ after }) => this.enqueue(after.key));
    const changed = (key: string) => this.enqueue(key);
    const pods = store.collection("pods");
    this.#pods = new Children<PodObject>(pods, this.#sets, "ReplicaSet", objects, changed);
  }

  protected sync(key: string): void {
    const set = this.#sets.get(key)?.object as ReplicaSetObject | undefined;
    if (set === undefined) return;
    const active = this.#pods.claim(set).filter(isActive);
    const failure = isTerminating(set) ? undefined : this.#scale(set, active);
    this.#report(set, failure);
  }

  #scale(set: ReplicaSetObject, active: readonly PodObject[]): StatusError | undefined {
    const { replicas, template } = set.spec;
    for (let missing = replicas - active.length; missing > 0; missing -= 1) {
      const refused = this.#control.create(set, podFrom(set, template));
      if (refused !== undefined) return refused;
    }
    const surplus = inOrderOfDeletion(active).slice(0, Math.max(0, active.length - replicas));
    for (const pod of surplus) this.#control.delete(set, pod);
    return undefined;
  }

  #report(set: ReplicaSetObject, failure: StatusError | undefined): void {
    const active = this.#pods.claim(set).filter(isActive);
    const { minReadySeconds = 0, template } = set.spec;
    const waits = active.flatMap(
      (pod) => untilAvailableMs(pod, minReadySeconds, this.#now()) ?? [],
    );
    const later = waits.filter((waitMs) => waitMs > 0);
    if (later.length > 0)
      this.enqueueAfter(`${set.metadata.namespace}/${set.metadata.name}`, Math.min(...later));
    const labels = template.metadata?.labels ?? {};
    const fully = active.filter((pod) =>
      selectsLabels({ matchLabels: labels }, pod.metadata.labels),
    );
    const conditions = this.#conditions(set, failure);
    const status = {
      replicas: active.length,
      fullyLabeledReplicas: fully.length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: waits.length - later.length,
      observedGeneration: set.metadata.generation,
      ...(conditions.length === 0 ? {} : { conditions }),
    };
    if (!isDeepStrictEqual(status, set.status)) this.#objects.replace({ ...set, status }, "status");
  }

  #conditions({ status }: ReplicaSetObject, failure: StatusError | undefined) {
    if (failure === undefined) return withoutCondition(status?.conditions, "ReplicaFailure");
    const condition = { type: "ReplicaFailure", status: "True", reason: "FailedCreate" };
    return withCondition(
      status?.conditions,
      { ...condition, message: failure.message },
      this.#now(),
    );
  }
}
