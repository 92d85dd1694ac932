import type { ObjectApi } from "../contract.ts";
import type { Collection } from "../store/collection.ts";
import { QueueController } from "./queue-controller.ts";
import type { WorkloadParts } from "./workloads/parts.ts";

/** Forgets the oldest Events, where kube-apiserver forgets those of an hour ago: what is left fits in memory. */
export class EventLimit extends QueueController {
  readonly #events: Collection;
  readonly #objects: ObjectApi;
  readonly #limit: number;
  readonly #keys = new Set<string>();

  constructor({ store, objects, logger }: WorkloadParts, limit: number) {
    super("events", logger);
    this.#events = store.collection("events");
    this.#objects = objects;
    this.#limit = limit;
    this.#events.observe(({ type, after }) => {
      if (type === "DELETED") this.#keys.delete(after.key);
      else this.#keys.add(after.key);
      if (this.#keys.size > this.#limit) this.enqueue("oldest");
    });
  }

  protected sync(): void {
    let surplus = this.#keys.size - this.#limit;
    for (const key of this.#keys) {
      if (surplus <= 0) break;
      surplus -= 1;
      const event = this.#events.get(key)?.object;
      if (event === undefined) continue;
      const { apiVersion, kind, metadata } = event;
      this.#objects.delete({ apiVersion, kind, ...metadata });
    }
  }
}
