import type { Condition } from "../../kinds/types.ts";
import { timestamp } from "../../rest/metadata.ts";

type Known = readonly Condition[] | undefined;

/** The conditions with this one set: its transition time is that of the last change of its status. */
export function withCondition(known: Known, condition: Condition, nowMs: number): Condition[] {
  const before = known?.find(({ type }) => type === condition.type);
  const lastTransitionTime =
    before?.status === condition.status && before.lastTransitionTime !== undefined
      ? before.lastTransitionTime
      : timestamp(nowMs);
  const next = { ...before, ...condition, lastTransitionTime };
  if (before === undefined) return [...(known ?? []), next];
  return (known ?? []).map((present) => (present === before ? next : present));
}

export function withoutCondition(known: Known, type: string): Condition[] {
  return (known ?? []).filter((condition) => condition.type !== type);
}
