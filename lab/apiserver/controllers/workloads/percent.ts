import type { IntOrPercent, RollingUpdate } from "../../kinds/workload/types.ts";

/** A number of a whole: "25%" of 10 is 3 rounded up, 2 rounded down. What is neither number nor share is 0. */
export function scaledValue(value: IntOrPercent, whole: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const share = /^(\d+)%$/.exec(value)?.[1];
  if (share === undefined) return 0;
  const exact = (Number(share) * whole) / 100;
  return round === "up" ? Math.ceil(exact) : Math.floor(exact);
}

/** How many Pods there may be too many, and too few, while a rollout goes on; not both none, or it would not move. */
export function rolloutBounds(
  { maxSurge = 0, maxUnavailable = 0 }: RollingUpdate,
  replicas: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = scaledValue(maxSurge, replicas, "up");
  const unavailable = scaledValue(maxUnavailable, replicas, "down");
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
