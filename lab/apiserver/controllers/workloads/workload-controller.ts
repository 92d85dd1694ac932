import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectApi, Sources } from "../../contract.ts";
import type { PodObject } from "../../kinds/types.ts";
import type { WorkloadObject } from "../../kinds/workload/types.ts";
import type { Collection } from "../../store/collection.ts";
import { EventRecorder } from "../events.ts";
import { QueueController } from "../queue-controller.ts";
import { Children } from "./children.ts";
import type { WorkloadParts } from "./parts.ts";
import { untilAvailableMs } from "./pods.ts";

/** The controller of one kind of workload: its keys are those of the workloads, and changes of their children enqueue them. */
export abstract class WorkloadController<Workload extends KubeObject> extends QueueController {
  protected readonly workloads: Collection;
  protected readonly objects: ObjectApi;
  protected readonly now: Sources["now"];
  protected readonly events: EventRecorder;
  readonly #kind: string;

  /** @param kind e.g. "ReplicaSet" @param collection e.g. "replicasets.apps" */
  constructor({ store, objects, now, logger }: WorkloadParts, kind: string, collection: string) {
    super(`${kind[0].toLowerCase()}${kind.slice(1)}`, logger);
    this.#kind = kind;
    this.workloads = store.collection(collection);
    this.objects = objects;
    this.now = now;
    this.events = new EventRecorder(objects, now, `${kind.toLowerCase()}-controller`);
    this.workloads.observe(({ after }) => this.enqueue(after.key));
  }

  protected sync(key: string): void {
    // The collection is of this kind.
    const workload = this.workloads.get(key)?.object as Workload | undefined;
    if (workload !== undefined) this.syncWorkload(workload, key);
  }

  protected abstract syncWorkload(workload: Workload, key: string): void;

  /** The objects of a collection by the workload that controls them. */
  protected childrenIn<Child extends KubeObject>(collection: Collection): Children<Child> {
    const changed = (key: string) => this.enqueue(key);
    return new Children<Child>(collection, this.workloads, this.#kind, this.objects, changed);
  }

  /** Whether it is another than before. */
  protected setStatus(workload: Workload, status: object): boolean {
    if (isDeepStrictEqual(status, workload.status)) return false;
    this.objects.replace({ ...workload, status }, "status");
    return true;
  }

  /** Pods that are ready become available without a change of theirs. */
  protected comeBack({ metadata, spec }: WorkloadObject, pods: readonly PodObject[]): void {
    for (const pod of pods) {
      const waitMs = untilAvailableMs(pod, spec.minReadySeconds ?? 0, this.now()) ?? 0;
      if (waitMs > 0) this.enqueueAfter(`${metadata.namespace}/${metadata.name}`, waitMs);
    }
  }
}
