import type { ChangeSet, Changes, ClusterState, SlimObject } from "#cluster/contract.ts";
import type { IpFamily, PortPlan, ServicePlan } from "../contract.ts";
import type { PlanDelta, Planner } from "../plan/planner.ts";
import { touchedServices } from "../plan/touched.ts";
import type { ServiceUpdate } from "../sync/contract.ts";
import type { FamilySync } from "../sync/family-sync.ts";

/** What is told of plans, beside the kernel. */
export interface ProxierObserver {
  onPlanned(delta: PlanDelta): void;
  /** Changes of the cluster's objects have come that the family's table does not have yet. */
  onQueued(
    family: IpFamily,
    changes: { readonly services: number; readonly endpoints: number },
  ): void;
}

export interface ProxierParts {
  readonly state: ClusterState;
  readonly planner: Planner;
  readonly syncs: ReadonlyMap<IpFamily, FamilySync>;
  readonly observer: ProxierObserver;
}

interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

/** Leads every change of the cluster through the plan to both families' tables. */
export class Proxier {
  readonly #parts: ProxierParts;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ProxierParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.state.onChange((changeSet) => this.#follow(changeSet));
  }

  /** Programs everything there is. To be called once, when the state has synced. */
  async start(): Promise<void> {
    const { planner, state, syncs } = this.#parts;
    this.#take(planner.refresh(), state.services.values());
    await Promise.all(Array.from(syncs.values(), (sync) => sync.start()));
  }

  /** Looks whether the node has changed: its object or the addresses of its interfaces. */
  refresh(): void {
    this.#take(this.#parts.planner.refresh(), []);
  }

  stop(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #follow(changeSet: ChangeSet): void {
    const { planner, syncs, observer } = this.#parts;
    const delta = planner.follow(changeSet);
    const { Service, EndpointSlice } = changeSet.changes;
    const changes = { services: sizeOf(Service), endpoints: sizeOf(EndpointSlice) };
    if (changes.services + changes.endpoints > 0)
      for (const family of syncs.keys()) observer.onQueued(family, changes);
    this.#take(delta, touchedServices(changeSet));
  }

  /** `touched` may be planned as before: its new revision is programmed all the same, once its turn comes. */
  #take(delta: PlanDelta, touched: Iterable<ServiceKey>): void {
    const { observer, syncs } = this.#parts;
    observer.onPlanned(delta);
    const keys = new Map<string, ServiceKey>();
    for (const key of [...touched, ...delta.changed, ...delta.removed]) keys.set(nameOf(key), key);
    for (const [family, sync] of syncs)
      sync.submit(Array.from(keys.values(), (key) => this.#update(key, family)));
    this.#schedule();
  }

  #update(key: ServiceKey, family: IpFamily): ServiceUpdate {
    const { planner, state } = this.#parts;
    const { namespace, name } = key;
    const plan = planner.plans.get(nameOf(key));
    const ports = plan === undefined ? [] : portsOf(plan, family);
    return { namespace, name, ports, revision: state.revision };
  }

  /** Slow start changes weights by itself. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const { planner } = this.#parts;
    const atMs = planner.nextChangeMs;
    if (atMs === undefined) return;
    const delayMs = Math.max(0, atMs - Date.now());
    this.#timer = setTimeout(() => this.#take(planner.tick(), []), delayMs);
    this.#timer.unref();
  }
}

function nameOf({ namespace, name }: ServiceKey): string {
  return `${namespace}/${name}`;
}

function portsOf({ ports }: ServicePlan, family: IpFamily): readonly PortPlan[] {
  return ports.every((port) => port.family === family)
    ? ports
    : ports.filter((port) => port.family === family);
}

function sizeOf(changes: Changes<SlimObject> | undefined): number {
  if (changes === undefined) return 0;
  return changes.added.length + changes.updated.length + changes.removed.length;
}
