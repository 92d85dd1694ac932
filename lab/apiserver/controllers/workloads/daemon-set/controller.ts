import type { NodeObject, PodObject } from "../../../kinds/types.ts";
import type { DaemonSetObject } from "../../../kinds/workload/types.ts";
import type { Collection } from "../../../store/collection.ts";
import { isSamePlace } from "../../scheduling/fit.ts";
import type { Children } from "../children.ts";
import type { WorkloadParts } from "../parts.ts";
import { rolloutBounds } from "../percent.ts";
import { PodControl } from "../pod-control.ts";
import { isAvailable, isReady, isTerminating, podFrom } from "../pods.ts";
import {
  type ControllerRevision,
  RevisionHistory,
  revisionCollection,
  revisionHashLabel,
} from "../revision-history.ts";
import { WorkloadController } from "../workload-controller.ts";
import { nodeOf, placement, specFor } from "./placement.ts";

/** Keeps one Pod of a DaemonSet on each Node that it fits; an update replaces them in place, some at a time. */
export class DaemonSetController extends WorkloadController<DaemonSetObject> {
  readonly #nodes: Collection;
  readonly #pods: Children<PodObject>;
  readonly #history: RevisionHistory;
  readonly #control: PodControl;

  constructor(parts: WorkloadParts) {
    super(parts, "DaemonSet", "daemonsets.apps");
    const { store, objects } = parts;
    this.#nodes = store.collection("nodes");
    this.#control = new PodControl(objects, this.events);
    this.#pods = this.childrenIn(store.collection("pods"));
    const revisions = this.childrenIn<ControllerRevision>(store.collection(revisionCollection));
    this.#history = new RevisionHistory(revisions, objects);
    this.#nodes.observe(({ type, before, after }) => {
      const is = after.object as NodeObject;
      if (type === "MODIFIED" && isSamePlace(before?.object as NodeObject, is)) return;
      for (const { key } of this.workloads.range()) this.enqueue(key);
    });
  }

  protected syncWorkload(set: DaemonSetObject): void {
    if (!isTerminating(set)) {
      const hash = this.#history.present(set);
      this.#place(set, hash);
      if (set.spec.updateStrategy.type === "RollingUpdate") this.#update(set, hash);
    }
    this.#report(set);
  }

  #byNode(set: DaemonSetObject): Map<string, PodObject[]> {
    return Map.groupBy(this.#pods.claim(set), nodeOf);
  }

  #place(set: DaemonSetObject, hash: string): void {
    const byNode = this.#byNode(set);
    for (const { object } of this.#nodes.range()) {
      const { name } = object.metadata;
      const { belongs, mayStay } = placement(set, object as NodeObject);
      const pods = byNode.get(name) ?? [];
      byNode.delete(name);
      if (belongs && pods.length === 0) this.#create(set, name, hash);
      const running = pods.filter((pod) => !isTerminating(pod));
      // One is enough: the oldest that runs stays.
      const failed = running.filter(({ status }) => status.phase === "Failed");
      const others = running.filter((pod) => !failed.includes(pod));
      for (const pod of failed) this.#removeFailed(set, pod, name);
      for (const pod of mayStay ? others.slice(1) : others) this.#control.delete(set, pod);
    }
    for (const pod of [...byNode.values()].flat())
      if (!isTerminating(pod) && !pod.spec.nodeName) this.#control.delete(set, pod);
  }

  #create(set: DaemonSetObject, node: string, hash: string): void {
    const labels = { [revisionHashLabel]: hash };
    this.#control.create(
      set,
      podFrom(set, set.spec.template, { labels, spec: specFor(set, node) }),
    );
  }

  #removeFailed(set: DaemonSetObject, pod: PodObject, node: string): void {
    const { namespace, name } = pod.metadata;
    const what = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
    this.events.warning(set, "FailedDaemonPod", what);
    this.#control.delete(set, pod);
  }

  /** Replaces old Pods: those that are no loss at once, others as many at a time as may be missing. */
  #update(set: DaemonSetObject, hash: string): void {
    const wanted = this.#wanted(set);
    const pods = [...this.#byNode(set)].filter(([node]) => wanted.has(node));
    const { unavailable } = rolloutBounds(set.spec.updateStrategy.rollingUpdate ?? {}, wanted.size);
    const missing = wanted.size - pods.filter(([, all]) => all.some(this.#counts(set))).length;
    let left = Math.max(1, unavailable) - missing;
    for (const pod of pods.flatMap(([, all]) => all)) {
      if (isTerminating(pod) || pod.metadata.labels?.[revisionHashLabel] === hash) continue;
      const isLoss = this.#counts(set)(pod);
      if (isLoss && left <= 0) continue;
      if (isLoss) left -= 1;
      this.#control.delete(set, pod);
    }
  }

  #counts({ spec: { minReadySeconds = 0 } }: DaemonSetObject): (pod: PodObject) => boolean {
    return (pod) => !isTerminating(pod) && isAvailable(pod, minReadySeconds, this.now());
  }

  #wanted(set: DaemonSetObject): ReadonlySet<string> {
    const nodes = this.#nodes.range().map(({ object }) => object as NodeObject);
    return new Set(
      nodes.filter((node) => placement(set, node).belongs).map(({ metadata }) => metadata.name),
    );
  }

  #report(set: DaemonSetObject): void {
    const wanted = this.#wanted(set);
    const hash = this.#history.present(set);
    const pods = this.#pods.claim(set);
    const alive = pods.filter((pod) => !isTerminating(pod));
    const placed = alive.filter((pod) => wanted.has(nodeOf(pod)));
    const numberAvailable = placed.filter(this.#counts(set)).length;
    const status = {
      currentNumberScheduled: placed.length,
      desiredNumberScheduled: wanted.size,
      numberAvailable,
      numberMisscheduled: alive.length - placed.length,
      numberReady: placed.filter(isReady).length,
      ...(wanted.size > numberAvailable
        ? { numberUnavailable: wanted.size - numberAvailable }
        : {}),
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: placed.filter(
        ({ metadata }) => metadata.labels?.[revisionHashLabel] === hash,
      ).length,
    };
    this.setStatus(set, status);
    this.#history.trim(
      set,
      new Set([hash, ...pods.map(({ metadata }) => metadata.labels?.[revisionHashLabel] ?? "")]),
    );
    this.comeBack(set, placed);
  }
}
