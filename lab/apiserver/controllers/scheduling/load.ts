import type { PodObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import { controllerOf, hasEnded } from "../workloads/pods.ts";

/** How many Pods each Node has, and how many of each owner: followed inside the commits, so it never lags. */
export class NodeLoad {
  readonly #counts = new Map<string, number>();

  constructor(pods: Collection) {
    pods.observe(({ type, before, after }) => {
      if (before !== undefined) this.#count(before.object as PodObject, -1);
      if (type !== "DELETED") this.#count(after.object as PodObject, 1);
    });
  }

  of(node: string): number {
    return this.#counts.get(node) ?? 0;
  }

  ofOwner(node: string, owner: string): number {
    return this.#counts.get(`${node}/${owner}`) ?? 0;
  }

  #count(pod: PodObject, change: number): void {
    const { nodeName } = pod.spec;
    if (!nodeName || hasEnded(pod)) return;
    const owner = ownerOf(pod);
    for (const key of owner === "" ? [nodeName] : [nodeName, `${nodeName}/${owner}`]) {
      const count = (this.#counts.get(key) ?? 0) + change;
      if (count === 0) this.#counts.delete(key);
      else this.#counts.set(key, count);
    }
  }
}

/** What Pods are spread by: the uid of their controller. */
export function ownerOf(pod: PodObject): string {
  return controllerOf(pod)?.uid ?? "";
}
