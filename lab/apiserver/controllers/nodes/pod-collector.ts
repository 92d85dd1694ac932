import type { ObjectApi } from "../../contract.ts";
import type { PodObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import { QueueController } from "../queue-controller.ts";
import type { WorkloadParts } from "../workloads/parts.ts";
import { isTerminating } from "../workloads/pods.ts";
import { PodsByNode } from "./pods-by-node.ts";

/** Removes Pods whose Node has gone: no kubelet is left that could end them. */
export class PodCollector extends QueueController {
  readonly #pods: Collection;
  readonly #nodes: Collection;
  readonly #objects: ObjectApi;

  constructor({ store, objects, logger }: WorkloadParts) {
    super("pod", logger);
    this.#pods = store.collection("pods");
    this.#nodes = store.collection("nodes");
    this.#objects = objects;
    const byNode = new PodsByNode(this.#pods);
    this.#nodes.observe(({ type, after }) => {
      if (type !== "DELETED") return;
      for (const key of byNode.keysOn(after.key)) this.enqueue(key);
    });
    this.#pods.observe(({ type, after }) => {
      if (type !== "DELETED" && isTerminating(after.object)) this.enqueue(after.key);
    });
  }

  protected sync(key: string): void {
    const pod = this.#pods.get(key)?.object as PodObject | undefined;
    const node = pod?.spec.nodeName;
    if (pod === undefined || !node || this.#nodes.get(node) !== undefined) return;
    const { namespace = "", name, uid = "" } = pod.metadata;
    const deletion = { gracePeriodSeconds: 0, preconditions: { uid } };
    this.#objects.delete({ apiVersion: "v1", kind: "Pod", namespace, name }, deletion);
  }
}
