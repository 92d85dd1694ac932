/** How a rollout moves: from the sizes that ReplicaSets have to those that they should have next. Pure. */
import type { DeploymentObject, ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { rolloutBounds } from "../percent.ts";
import { byAge, maxAnnotation } from "./revisions.ts";

/** A ReplicaSet that is to have another size. */
export interface Resize {
  readonly set: ReplicaSetObject;
  readonly replicas: number;
}

export interface Sets {
  readonly current: ReplicaSetObject;
  readonly old: readonly ReplicaSetObject[];
}

export const total = (sets: readonly ReplicaSetObject[]): number =>
  sets.reduce((sum, { spec }) => sum + spec.replicas, 0);

export const available = (sets: readonly ReplicaSetObject[]): number =>
  sets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);

/** The most Pods that there may be at a time. */
export function maxReplicas({ spec }: DeploymentObject): number {
  if (spec.strategy.type === "Recreate" || spec.replicas === 0) return spec.replicas;
  return spec.replicas + rolloutBounds(spec.strategy.rollingUpdate ?? {}, spec.replicas).surge;
}

/** How large the ReplicaSet of a new template begins or goes on, beside the others. */
export function currentSize(
  deployment: DeploymentObject,
  all: readonly ReplicaSetObject[],
  present = 0,
): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === "Recreate") return replicas;
  const room = maxReplicas(deployment) - total(all);
  return room <= 0 ? present : present + Math.min(room, replicas - present);
}

/** The next step of a rolling update: the new one up as far as there is room, else the old ones down as far as is safe. */
export function rollingStep(deployment: DeploymentObject, { current, old }: Sets): Resize[] {
  const { replicas } = deployment.spec;
  const size = current.spec.replicas;
  if (size > replicas) return [{ set: current, replicas }];
  const next = currentSize(deployment, [...old, current], size);
  if (next > size) return [{ set: current, replicas: next }];
  return shrinkOld(deployment, { current, old });
}

function shrinkOld(deployment: DeploymentObject, { current, old }: Sets): Resize[] {
  const { replicas, strategy } = deployment.spec;
  const minAvailable = replicas - rolloutBounds(strategy.rollingUpdate ?? {}, replicas).unavailable;
  const newUnavailable = current.spec.replicas - (current.status?.availableReplicas ?? 0);
  let excess = total([...old, current]) - minAvailable - newUnavailable;
  const shrunk = new Map(old.map((set) => [set, set.spec.replicas]));
  // What does not run is no loss.
  for (const set of byAge(old)) {
    const broken = set.spec.replicas - (set.status?.availableReplicas ?? 0);
    const taken = Math.max(0, Math.min(excess, broken));
    shrunk.set(set, set.spec.replicas - taken);
    excess -= taken;
  }
  // A status may still count Pods that are on their way out.
  let spare = Math.min(excess, available([...old, current]) - minAvailable);
  for (const set of byAge(old)) {
    const taken = Math.max(0, Math.min(spare, shrunk.get(set) ?? 0));
    shrunk.set(set, (shrunk.get(set) ?? 0) - taken);
    spare -= taken;
  }
  return [...shrunk].flatMap(([set, size]) =>
    size === set.spec.replicas ? [] : [{ set, replicas: size }],
  );
}

/** Recreate: the old ones go first. */
export function recreateStep(deployment: DeploymentObject, { current, old }: Sets): Resize[] {
  const alive = old.filter(({ spec }) => spec.replicas > 0);
  if (alive.length > 0) return alive.map((set) => ({ set, replicas: 0 }));
  const { replicas } = deployment.spec;
  return current.spec.replicas === replicas ? [] : [{ set: current, replicas }];
}

/** Spreads a changed number of replicas over the ReplicaSets of a rollout that is under way, by their shares. */
export function proportionalStep(
  deployment: DeploymentObject,
  sets: readonly ReplicaSetObject[],
): Resize[] {
  const alive = sets.filter(({ spec }) => spec.replicas > 0);
  if (alive.length <= 1) {
    const only = alive[0] ?? sets.at(-1);
    return only === undefined ? [] : [{ set: only, replicas: deployment.spec.replicas }];
  }
  const allowed = deployment.spec.replicas > 0 ? maxReplicas(deployment) : 0;
  let left = allowed - total(alive);
  const order = alive.toSorted((one, other) => other.spec.replicas - one.spec.replicas);
  const next = order.map((set) => {
    const annotated = Number(set.metadata.annotations?.[maxAnnotation] ?? 0);
    const formerMax = annotated > 0 ? annotated : total(alive);
    const wanted = Math.round((set.spec.replicas * allowed) / formerMax) - set.spec.replicas;
    const change =
      left > 0 ? Math.min(Math.max(wanted, 0), left) : Math.max(Math.min(wanted, 0), left);
    left -= change;
    return { set, replicas: set.spec.replicas + change };
  });
  // What rounding left over goes to the largest.
  return next.map((resize, index) =>
    index === 0 ? { ...resize, replicas: Math.max(0, resize.replicas + left) } : resize,
  );
}
