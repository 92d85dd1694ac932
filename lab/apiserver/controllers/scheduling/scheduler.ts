import { isDeepStrictEqual } from "node:util";
import type { ObjectApi, Sources } from "../../contract.ts";
import type { NodeObject, PodObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import { EventRecorder } from "../events.ts";
import { QueueController } from "../queue-controller.ts";
import type { WorkloadParts } from "../workloads/parts.ts";
import { conditionOf, hasEnded, isTerminating } from "../workloads/pods.ts";
import { boundTo, withPodCondition } from "./bound.ts";
import { isSamePlace, misfit, unschedulableMessage } from "./fit.ts";
import { NodeLoad, ownerOf } from "./load.ts";

const defaultScheduler = "default-scheduler";

/** Binds Pods to Nodes that take them: to the one that has the fewest of the same owner, and then of all. */
export class Scheduler extends QueueController {
  readonly #pods: Collection;
  readonly #nodes: Collection;
  readonly #load: NodeLoad;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #events: EventRecorder;
  readonly #waiting = new Set<string>();

  constructor({ store, objects, now, logger }: WorkloadParts) {
    super("pod", logger);
    this.#pods = store.collection("pods");
    this.#nodes = store.collection("nodes");
    this.#load = new NodeLoad(this.#pods);
    this.#objects = objects;
    this.#now = now;
    this.#events = new EventRecorder(objects, now, defaultScheduler);
    this.#pods.observe(({ type, after }) => {
      const isWaiting = type !== "DELETED" && isUnbound(after.object as PodObject);
      if (!isWaiting) this.#waiting.delete(after.key);
      else if (type === "ADDED" || !this.#waiting.has(after.key)) {
        this.#waiting.add(after.key);
        this.enqueue(after.key);
      }
    });
    this.#nodes.observe(({ type, before, after }) => {
      const is = after.object as NodeObject;
      if (type === "MODIFIED" && isSamePlace(before?.object as NodeObject, is)) return;
      for (const key of this.#waiting) this.enqueue(key);
    });
  }

  protected sync(key: string): void {
    const pod = this.#pods.get(key)?.object as PodObject | undefined;
    if (pod === undefined || !this.#waiting.has(key)) return;
    const nodes = this.#nodes.range().map(({ object }) => object as NodeObject);
    const reasons: string[] = [];
    const fitting = nodes.filter((node) => {
      const reason = misfit(pod.spec, node);
      if (reason !== undefined) reasons.push(reason);
      return reason === undefined;
    });
    const chosen = this.#leastLoaded(pod, fitting);
    if (chosen === undefined) this.#refuse(pod, unschedulableMessage(reasons));
    else this.#bind(pod, chosen);
  }

  #leastLoaded(pod: PodObject, nodes: readonly NodeObject[]): string | undefined {
    const owner = ownerOf(pod);
    const ranked = nodes.map(({ metadata: { name } }) => ({
      name,
      ofOwner: owner === "" ? 0 : this.#load.ofOwner(name, owner),
      ofAll: this.#load.of(name),
    }));
    ranked.sort((left, right) => left.ofOwner - right.ofOwner || left.ofAll - right.ofAll);
    return ranked[0]?.name;
  }

  #bind(pod: PodObject, nodeName: string): void {
    const { namespace = "", name } = pod.metadata;
    this.#objects.replace(boundTo(pod, nodeName, this.#now()), "whole");
    this.#events.normal(
      pod,
      "Scheduled",
      `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    );
  }

  #refuse(pod: PodObject, message: string): void {
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    const { lastTransitionTime: _, ...known } = conditionOf(pod, "PodScheduled") ?? {};
    if (isDeepStrictEqual(known, condition)) return;
    this.#objects.replace(withPodCondition(pod, condition, this.#now()), "status");
    this.#events.warning(pod, "FailedScheduling", message);
  }
}

function isUnbound(pod: PodObject): boolean {
  const { nodeName, schedulerName = defaultScheduler } = pod.spec;
  return !nodeName && schedulerName === defaultScheduler && !hasEnded(pod) && !isTerminating(pod);
}
