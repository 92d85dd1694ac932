import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectApi, Sources } from "../../contract.ts";
import type { Condition, NodeObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import { EventRecorder } from "../events.ts";
import { QueueController } from "../queue-controller.ts";
import type { WorkloadParts } from "../workloads/parts.ts";
import {
  isLost,
  lostConditions,
  readyOf,
  tainted,
  withoutReadiness,
  withReadinessBack,
} from "./health.ts";
import { PodsByNode } from "./pods-by-node.ts";

const leaseNamespace = "kube-node-lease";

/**
 * Follows the heartbeats of Nodes, which are renewals of their Lease and of their status: one that is silent for too long
 * is Unknown and its Pods are not ready, until it is heard again.
 */
export class NodeLifecycle extends QueueController {
  readonly #nodes: Collection;
  readonly #podsByNode: PodsByNode;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #graceMs: number;
  readonly #events: EventRecorder;
  /** When each Node was heard last, by this server's clock: theirs may be off. */
  readonly #heardAt = new Map<string, number>();
  /** What lost Nodes had reported, in case they say no more when they are back. */
  readonly #reported = new Map<string, readonly Condition[]>();

  constructor({ store, objects, now, logger }: WorkloadParts, graceMs: number) {
    super("node", logger);
    this.#nodes = store.collection("nodes");
    this.#podsByNode = new PodsByNode(store.collection("pods"));
    this.#objects = objects;
    this.#now = now;
    this.#graceMs = graceMs;
    this.#events = new EventRecorder(objects, now, "node-controller");
    this.#nodes.observe(({ type, before, after }) => {
      if (type === "DELETED") this.#forget(after.key);
      else if (heartbeatOf(before?.object) !== heartbeatOf(after.object)) this.#heard(after.key);
      this.enqueue(after.key);
    });
    store.collection("leases.coordination.k8s.io").observe(({ type, after }) => {
      const { namespace, name } = after.object.metadata;
      if (namespace === leaseNamespace && type !== "DELETED") this.#heard(name);
    });
  }

  #heard(node: string): void {
    this.#heardAt.set(node, this.#now());
    const known = this.#nodes.get(node)?.object as NodeObject | undefined;
    if (known !== undefined && isLost(known)) this.enqueue(node);
  }

  #forget(node: string): void {
    this.#heardAt.delete(node);
    this.#reported.delete(node);
  }

  protected sync(name: string): void {
    const node = this.#nodes.get(name)?.object as NodeObject | undefined;
    if (node === undefined) return;
    if (!this.#heardAt.has(name)) this.#heardAt.set(name, this.#now());
    const leftMs = (this.#heardAt.get(name) ?? 0) + this.#graceMs - this.#now();
    // The timer is set anew when it is due, not with every heartbeat.
    if (leftMs > 0) this.enqueueAfter(name, leftMs);
    if (leftMs <= 0 && !isLost(node)) this.#lose(node);
    else if (leftMs > 0 && isLost(node)) this.#takeBack(node);
    this.#taint(name);
    this.#markPods(name);
  }

  #lose(node: NodeObject): void {
    const { name } = node.metadata;
    const { conditions = [] } = node.status ?? {};
    this.#reported.set(name, conditions);
    this.#setConditions(node, lostConditions(node, this.#now()));
    this.#events.normal(node, "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
  }

  /** A kubelet that has something new to say has said it already. */
  #takeBack(node: NodeObject): void {
    const conditions = this.#reported.get(node.metadata.name);
    if (conditions !== undefined) this.#setConditions(node, conditions);
    this.#reported.delete(node.metadata.name);
  }

  #setConditions(node: NodeObject, conditions: readonly Condition[]): void {
    this.#objects.replace({ ...node, status: { ...node.status, conditions } }, "status");
  }

  #taint(name: string): void {
    const node = this.#nodes.get(name)?.object as NodeObject | undefined;
    if (node === undefined) return;
    const wanted = tainted(node);
    if (!isDeepStrictEqual(wanted, node)) this.#objects.replace(wanted);
  }

  #markPods(name: string): void {
    const node = this.#nodes.get(name)?.object as NodeObject | undefined;
    const ready = node === undefined ? undefined : readyOf(node)?.status;
    if (ready === undefined || ready === "False") return;
    for (const pod of this.#podsByNode.on(name)) {
      const marked =
        ready === "Unknown"
          ? withoutReadiness(pod, this.#now())
          : withReadinessBack(pod, this.#now());
      if (marked === pod) continue;
      this.#objects.replace(marked, "status");
      if (ready === "Unknown") this.#events.warning(pod, "NodeNotReady", "Node is not ready");
    }
  }
}

/** Changes when the kubelet reports, and when this controller writes it does not. */
function heartbeatOf(node: KubeObject | undefined): string | undefined {
  if (node === undefined) return "absent";
  const conditions = (node as NodeObject).status?.conditions;
  const ready: (Condition & { readonly lastHeartbeatTime?: string }) | undefined = conditions?.find(
    ({ type }) => type === "Ready",
  );
  return ready?.lastHeartbeatTime;
}
