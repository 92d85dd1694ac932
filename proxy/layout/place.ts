import type { PlanEndpoint, PortPlan } from "../contract.ts";
import type { PlacedPort } from "./contract.ts";
import { FIRST_SLOT_ID, LAST_SLOT_ID } from "./numbers.ts";
import { dealSlots, endpointName } from "./slots.ts";

/** What stood before, in this process or as the kernel has it from the one before. */
export type Places = Pick<PlacedPort, "cluster" | "local" | "slotIds">;

const nowhere: Places = { cluster: [], local: [], slotIds: new Map() };

/** Gives each endpoint its slots, as much as can be where it stood before. */
export function placePort(plan: PortPlan, slotIds: SlotIds, before: Places = nowhere): PlacedPort {
  const cluster = dealSlots(plan.clusterEndpoints, plan, before.cluster);
  const local = dealSlots(plan.localEndpoints, plan, before.local);
  if (plan.affinityTimeoutSeconds === undefined)
    return { plan, cluster, local, slotIds: nowhere.slotIds };
  return {
    plan,
    cluster,
    local,
    slotIds: keepIds([...cluster, ...local], before.slotIds, slotIds),
  };
}

function keepIds(
  endpoints: readonly PlanEndpoint[],
  before: ReadonlyMap<string, number>,
  fresh: SlotIds,
): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const endpoint of endpoints) {
    const name = endpointName(endpoint);
    if (!ids.has(name)) ids.set(name, before.get(name) ?? fresh.take());
  }
  return ids;
}

/** Gives each slot of affinity a number that none had before, as a client may still remember it. */
export class SlotIds {
  #next = FIRST_SLOT_ID;

  take(): number {
    const id = this.#next;
    this.#next = id === LAST_SLOT_ID ? FIRST_SLOT_ID : id + 1;
    return id;
  }

  /** A number that is in use, or that a client remembers. */
  remember(id: number): void {
    if (id >= this.#next && id < LAST_SLOT_ID) this.#next = id + 1;
  }
}
