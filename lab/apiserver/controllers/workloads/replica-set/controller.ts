import type { PodObject } from "../../../kinds/types.ts";
import type { ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { selectsLabels } from "../../../selectors/label-selector.ts";
import type { StatusError } from "../../../status.ts";
import type { Children } from "../children.ts";
import { withCondition, withoutCondition } from "../conditions.ts";
import type { WorkloadParts } from "../parts.ts";
import { PodControl } from "../pod-control.ts";
import { isActive, isAvailable, isReady, isTerminating, podFrom } from "../pods.ts";
import { WorkloadController } from "../workload-controller.ts";
import { inOrderOfDeletion } from "./ranking.ts";

/** Keeps as many Pods running as a ReplicaSet asks for. */
export class ReplicaSetController extends WorkloadController<ReplicaSetObject> {
  readonly #pods: Children<PodObject>;
  readonly #control: PodControl;

  constructor(parts: WorkloadParts) {
    super(parts, "ReplicaSet", "replicasets.apps");
    this.#control = new PodControl(parts.objects, this.events);
    this.#pods = this.childrenIn(parts.store.collection("pods"));
  }

  protected syncWorkload(set: ReplicaSetObject): void {
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
    const labels = template.metadata?.labels ?? {};
    const available = active.filter((pod) => isAvailable(pod, minReadySeconds, this.now()));
    const fully = active.filter((pod) =>
      selectsLabels({ matchLabels: labels }, pod.metadata.labels),
    );
    const conditions = this.#conditions(set, failure);
    const status = {
      replicas: active.length,
      fullyLabeledReplicas: fully.length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: available.length,
      observedGeneration: set.metadata.generation,
      ...(conditions.length === 0 ? {} : { conditions }),
    };
    this.setStatus(set, status);
    this.comeBack(set, active);
  }

  #conditions({ status }: ReplicaSetObject, failure: StatusError | undefined) {
    if (failure === undefined) return withoutCondition(status?.conditions, "ReplicaFailure");
    const condition = { type: "ReplicaFailure", status: "True", reason: "FailedCreate" };
    return withCondition(
      status?.conditions,
      { ...condition, message: failure.message },
      this.now(),
    );
  }
}
