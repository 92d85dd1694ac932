import type { ChangeSet, Changes, ClusterState, SlimObject } from "#cluster/contract.ts";
import type { IpFamily, PortPlan, ServicePlan } from "../contract.ts";
import type { PlanDelta, Planner } from "../plan/planner.ts";
import { touchedServices } from "../plan/touched.ts";
import type { ServiceUpdate } from "../sync/contract.ts";
import type { FamilySync } from "../sync/family-sync.ts";
import { Departures } from "./departures.ts";

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
  /** How long rules of a Service outlive it. */
  readonly deletionDelayMs: number;
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
  readonly #departures: Departures;
  #timer: NodeJS.Timeout | undefined;
  #departureTimer: NodeJS.Timeout | undefined;

  constructor(parts: ProxierParts) {
    this.#parts = parts;
    this.#departures = new Departures(parts.deletionDelayMs);
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
    clearTimeout(this.#departureTimer);
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
    this.#parts.observer.onPlanned(delta);
    const keys = new Map<string, ServiceKey>();
    const leaving =
      this.#departures.nextMs === undefined
        ? []
        : this.#departures.claimed(delta.changed.flatMap(addressesOf));
    // First: what they leave can be taken in the same transaction.
    for (const key of leaving) keys.set(nameOf(key), key);
    for (const plan of delta.removed) if (!this.#lingers(plan)) keys.set(nameOf(plan), plan);
    for (const key of [...touched, ...delta.changed])
      if (!this.#departures.has(key) || this.#isBack(key)) keys.set(nameOf(key), key);
    this.#submit([...keys.values()]);
    this.#schedule();
    this.#scheduleDepartures();
  }

  #submit(keys: readonly ServiceKey[]): void {
    for (const [family, sync] of this.#parts.syncs)
      sync.submit(keys.map((key) => this.#update(key, family)));
  }

  /** Whether a Service that is planned no more stays in the kernel for now: one that the cluster has no more. */
  #lingers(plan: ServicePlan): boolean {
    const { state } = this.#parts;
    const isGone = state.services.get(plan.namespace, plan.name) === undefined;
    return isGone && this.#departures.hold(plan, addressesOf(plan), performance.now());
  }

  #isBack(key: ServiceKey): boolean {
    if (this.#parts.state.services.get(key.namespace, key.name) === undefined) return false;
    this.#departures.cancel(key);
    return true;
  }

  #scheduleDepartures(): void {
    clearTimeout(this.#departureTimer);
    const atMs = this.#departures.nextMs;
    if (atMs === undefined) return;
    this.#departureTimer = setTimeout(
      () => {
        this.#submit(this.#departures.due(performance.now()));
        this.#scheduleDepartures();
      },
      Math.max(1, atMs - performance.now()),
    );
    this.#departureTimer.unref();
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

function addressesOf({ ports }: ServicePlan): readonly string[] {
  return ports.flatMap(({ clusterIP, frontends }) => [
    clusterIP,
    ...frontends.map(({ address }) => address),
  ]);
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
