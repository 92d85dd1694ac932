import type { KubeObject, ObjectApi } from "../../contract.ts";
import type { PodObject } from "../../kinds/types.ts";
import { StatusError } from "../../status.ts";
import type { EventRecorder } from "../events.ts";

/** How a kind of workload words what it did to a Pod. */
export interface PodWording {
  readonly created: (pod: string, owner: KubeObject) => string;
  readonly deleted: (pod: string, owner: KubeObject) => string;
}

const plainWording: PodWording = {
  created: (pod) => `Created pod: ${pod}`,
  deleted: (pod) => `Deleted pod: ${pod}`,
};

/** Makes and deletes the Pods of workloads, and says so in Events. */
export class PodControl {
  readonly #objects: ObjectApi;
  readonly #events: EventRecorder;
  readonly #wording: PodWording;

  constructor(objects: ObjectApi, events: EventRecorder, wording: PodWording = plainWording) {
    this.#objects = objects;
    this.#events = events;
    this.#wording = wording;
  }

  /** The answer is what was refused, if anything. */
  create(owner: KubeObject, pod: KubeObject): StatusError | undefined {
    try {
      const { name } = this.#objects.create(pod).object.metadata;
      this.#events.normal(owner, "SuccessfulCreate", this.#wording.created(name, owner));
      return undefined;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#events.warning(owner, "FailedCreate", `Error creating: ${error.message}`);
      return error;
    }
  }

  delete(owner: KubeObject, { metadata }: PodObject): void {
    const { namespace = "", name, uid = "" } = metadata;
    const preconditions = { uid };
    this.#objects.delete({ apiVersion: "v1", kind: "Pod", namespace, name }, { preconditions });
    this.#events.normal(owner, "SuccessfulDelete", this.#wording.deleted(name, owner));
  }
}
