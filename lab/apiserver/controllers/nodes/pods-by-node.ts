import type { PodObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";

const none: ReadonlySet<string> = new Set();

/** The Pods of each Node, followed inside the commits. */
export class PodsByNode {
  readonly #pods: Collection;
  readonly #keysOf = new Map<string, Set<string>>();

  constructor(pods: Collection) {
    this.#pods = pods;
    pods.observe(({ type, before, after }) => {
      const was = (before?.object as PodObject | undefined)?.spec.nodeName;
      const is = type === "DELETED" ? undefined : (after.object as PodObject).spec.nodeName;
      if (was === is) return;
      if (was) this.#keysOf.get(was)?.delete(after.key);
      if (is) this.#keysOf.set(is, (this.#keysOf.get(is) ?? new Set()).add(after.key));
    });
  }

  keysOn(node: string): readonly string[] {
    return [...(this.#keysOf.get(node) ?? none)];
  }

  on(node: string): PodObject[] {
    return this.keysOn(node).flatMap((key) => this.#pods.get(key)?.object ?? []) as PodObject[];
  }
}
