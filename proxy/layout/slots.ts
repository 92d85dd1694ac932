import type { PlanEndpoint, PortPlan } from "../contract.ts";
import { maglevTable } from "./maglev.ts";

/** Most slots that unequal weights are dealt into; shares are exact to about one percent. */
const WEIGHTED_SLOTS = 64;

/** One endpoint of a ServicePort, as text: what slots and slot numbers are compared by. */
export function endpointName(endpoint: PlanEndpoint): string {
  return `${endpoint.address} ${endpoint.port}`;
}

function isSame(a: PlanEndpoint, b: PlanEndpoint | undefined): boolean {
  return a.address === b?.address && a.port === b.port;
}

/**
 * The endpoint of each slot. A list that stood before is changed in as few slots as can be: one that is gone gives its
 * slot to the last, a new one comes behind.
 */
export function dealSlots(
  endpoints: readonly PlanEndpoint[],
  plan: Pick<PortPlan, "balancing" | "affinityTimeoutSeconds">,
  before: readonly PlanEndpoint[],
): readonly PlanEndpoint[] {
  // Affinity remembers who had which endpoint and draws each once; hashing beside it would decide nothing.
  if (plan.affinityTimeoutSeconds === undefined && plan.balancing.kind === "maglev")
    return maglevTable(endpoints, plan.balancing.slots);
  return keepPlaces(weighted(endpoints), before);
}

/** Each endpoint as often as its share asks for: once where all weigh the same. */
function weighted(endpoints: readonly PlanEndpoint[]): readonly PlanEndpoint[] {
  const first = endpoints[0]?.weight;
  if (endpoints.every(({ weight }) => weight === first)) return endpoints;
  const usable = endpoints.filter(({ weight }) => weight > 0);
  const total = usable.reduce((sum, { weight }) => sum + weight, 0);
  const slots = Math.max(WEIGHTED_SLOTS, usable.length);
  return usable.flatMap((endpoint) =>
    Array<PlanEndpoint>(Math.max(1, Math.round((slots * endpoint.weight) / total))).fill(endpoint),
  );
}

function keepPlaces(
  wanted: readonly PlanEndpoint[],
  before: readonly PlanEndpoint[],
): readonly PlanEndpoint[] {
  if (before.length === 0) return wanted;
  if (wanted.length === before.length && wanted.every((it, slot) => isSame(it, before[slot])))
    return wanted;
  const missing = new Map<string, { readonly endpoint: PlanEndpoint; count: number }>();
  for (const endpoint of wanted) {
    const name = endpointName(endpoint);
    const entry = missing.get(name);
    if (entry === undefined) missing.set(name, { endpoint, count: 1 });
    else entry.count++;
  }
  // Those who stay keep their slot, where it is within the new number of slots.
  const slots: (PlanEndpoint | undefined)[] = new Array<undefined>(wanted.length).fill(undefined);
  for (let slot = 0; slot < Math.min(before.length, wanted.length); slot++) {
    const held = before[slot];
    const entry = held === undefined ? undefined : missing.get(endpointName(held));
    if (entry === undefined || entry.count === 0) continue;
    entry.count--;
    slots[slot] = entry.endpoint;
  }
  const left = [...missing.values()].flatMap(({ endpoint, count }) =>
    Array<PlanEndpoint>(count).fill(endpoint),
  );
  let next = 0;
  return slots.map((held) => held ?? left[next++]).filter((held) => held !== undefined);
}
