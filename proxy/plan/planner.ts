/** Keeps the plans of all Services equal to the cluster state: of each change, only what it touches is planned anew. */
import type { ChangeSet, ClusterState, Node } from "#cluster/contract.ts";
import type { NodeFacts, PlanOptions, ServicePlan } from "../contract.ts";
import { Ages } from "./ages.ts";
import { Claims, type ServiceKey } from "./claims.ts";
import { samePlan } from "./equality.ts";
import { sameFacts } from "./node-facts.ts";
import { planService } from "./service-plan.ts";
import { type Touched, touchedServices } from "./touched.ts";
import { readTuning } from "./tuning.ts";

export interface PlannerContext {
  readonly state: ClusterState;
  readonly options: PlanOptions;
  readonly nodeName: string;
  /** What is known of this node, from its object where there is one yet. */
  readonly factsOf: (node: Node | undefined) => NodeFacts;
  readonly nowMs: () => number;
}

/** What has become different. A Service is in one of the lists at most. */
export interface PlanDelta {
  readonly changed: readonly ServicePlan[];
  /** As they were. */
  readonly removed: readonly ServicePlan[];
}

const nothing: PlanDelta = { changed: [], removed: [] };

export class Planner {
  readonly #context: PlannerContext;
  readonly #plans = new Map<string, ServicePlan>();
  readonly #claims = new Claims();
  readonly #ages = new Ages();
  /** Services whose plan changes by itself, and when. */
  readonly #timed = new Map<string, number>();
  #facts: NodeFacts | undefined;

  constructor(context: PlannerContext) {
    this.#context = context;
  }

  /** As last handed out. */
  get plans(): ReadonlyMap<string, ServicePlan> {
    return this.#plans;
  }

  /** What plans are made for; undefined before they are. */
  get facts(): NodeFacts | undefined {
    return this.#facts;
  }

  /** When tick() has something to do next. */
  get nextChangeMs(): number | undefined {
    return this.#timed.size === 0 ? undefined : Math.min(...this.#timed.values());
  }

  /**
   * To be called when the state has synced, when the node's own addresses may have changed, and at will: plans
   * everything the first time and when the node's facts are others, else nothing. Before Services, slices and Nodes
   * have been listed nothing is planned, lest what is in the kernel be taken for stale.
   */
  refresh(): PlanDelta {
    const { state, factsOf, nodeName } = this.#context;
    const isReady = ["Service", "EndpointSlice", "Node"] as const;
    if (!isReady.every((kind) => state.hasSynced(kind))) return nothing;
    const facts = factsOf(state.nodes.get("", nodeName));
    if (this.#facts !== undefined && sameFacts(this.#facts, facts)) return nothing;
    this.#facts = facts;
    const all = [...state.services.values()];
    return this.#plan(
      all.map(({ namespace, name }) => ({ namespace, name, triggeredMs: undefined })),
    );
  }

  /** Takes over a change set of the state. */
  follow(changeSet: ChangeSet): PlanDelta {
    const isFirst = this.#facts === undefined;
    const whole = isFirst || changeSet.changes.Node !== undefined ? this.refresh() : nothing;
    if (isFirst || this.#facts === undefined) return whole;
    const part = this.#plan(touchedServices(changeSet));
    return whole === nothing ? part : merged(whole, part);
  }

  /** Takes over what the passing of time changes: slow start. */
  tick(): PlanDelta {
    const nowMs = this.#context.nowMs();
    const due = [...this.#timed].filter(([, atMs]) => atMs <= nowMs);
    return this.#plan(
      due.flatMap(([key]) => {
        const plan = this.#plans.get(key);
        return plan === undefined
          ? []
          : [{ namespace: plan.namespace, name: plan.name, triggeredMs: undefined }];
      }),
    );
  }

  /** Each plan can win or lose addresses of younger Services, which are then planned as well: this comes to an end. */
  #plan(touched: readonly Touched[]): PlanDelta {
    const queue = [...touched];
    const before = new Map<string, ServicePlan | undefined>();
    // The queue grows while it is walked over.
    for (const next of queue) {
      const key = `${next.namespace}/${next.name}`;
      if (!before.has(key)) before.set(key, this.#plans.get(key));
      for (const { namespace, name } of this.#planOne(key, next))
        queue.push({ namespace, name, triggeredMs: undefined });
    }
    const changed: ServicePlan[] = [];
    const removed: ServicePlan[] = [];
    for (const [key, was] of before) {
      const is = this.#plans.get(key);
      if (is === undefined) {
        if (was !== undefined) removed.push(was);
      } else if (was === undefined || !samePlan(was, is)) changed.push(is);
    }
    return { changed, removed };
  }

  #planOne(key: string, { namespace, name, triggeredMs }: Touched): readonly ServiceKey[] {
    const { state, options, nowMs } = this.#context;
    const service = state.services.get(namespace, name);
    const node = this.#facts;
    const slices = state.slicesOfService(namespace, name);
    const now = nowMs();
    const isSlow =
      service !== undefined &&
      readTuning(service.traffic.annotations, key).slowStartMs !== undefined;
    const births = isSlow ? this.#ages.observe(key, slices, now) : undefined;
    if (!isSlow) this.#ages.forget(key);
    const moment = { nowMs: now, bornMs: (address: string) => births?.get(address) };
    const asked =
      service === undefined || node === undefined
        ? undefined
        : planService({ service, slices, node, options, moment, triggeredMs });
    if (asked === undefined || service === undefined) {
      this.#plans.delete(key);
      this.#timed.delete(key);
      return this.#claims.release({ namespace, name });
    }
    const { plan, affected } = this.#claims.settle(asked, service.createdSeconds);
    this.#plans.set(key, plan);
    if (plan.changesAtMs === undefined) this.#timed.delete(key);
    else this.#timed.set(key, plan.changesAtMs);
    return affected;
  }
}

/** Both, where of a Service that is in both the latter counts. */
function merged(first: PlanDelta, then: PlanDelta): PlanDelta {
  const later = new Set([...then.changed, ...then.removed].map(keyText));
  return {
    changed: [...first.changed.filter((it) => !later.has(keyText(it))), ...then.changed],
    removed: [...first.removed.filter((it) => !later.has(keyText(it))), ...then.removed],
  };
}

function keyText({ namespace, name }: ServiceKey): string {
  return `${namespace}/${name}`;
}
