import type { PortPlan } from "../contract.ts";
import type { ServiceUpdate } from "./contract.ts";

/** One batch: whole Services, and what becomes of their ports. */
export interface Batch {
  readonly services: readonly ServiceUpdate[];
  readonly changes: ReadonlyMap<string, PortPlan | undefined>;
}

/** What waits to be committed. Of several updates of one Service the last counts. */
export class PendingServices {
  readonly #waiting = new Map<string, ServiceUpdate>();
  /** IDs of the ports of each Service that were handed out last. */
  readonly #ports = new Map<string, readonly string[]>();

  get size(): number {
    return this.#waiting.size;
  }

  add(update: ServiceUpdate): void {
    this.#waiting.set(nameOf(update), update);
  }

  /** Takes Services, longest waiting first, until their ports are at least so many. */
  take(portLimit: number): Batch {
    const services: ServiceUpdate[] = [];
    const changes = new Map<string, PortPlan | undefined>();
    for (const [name, update] of this.#waiting) {
      if (changes.size >= portLimit) break;
      this.#waiting.delete(name);
      services.push(update);
      for (const id of this.#ports.get(name) ?? [])
        if (!changes.has(id)) changes.set(id, undefined);
      for (const plan of update.ports) changes.set(plan.id, plan);
      if (update.ports.length === 0) this.#ports.delete(name);
      else
        this.#ports.set(
          name,
          update.ports.map(({ id }) => id),
        );
    }
    return { services, changes };
  }
}

function nameOf({ namespace, name }: ServiceUpdate): string {
  return `${namespace}/${name}`;
}
