/** What a delete makes of an object: pure functions. */
import type { Deletion, KubeObject } from "../contract.ts";
import type { Strategy } from "../kinds/strategy.ts";
import { timestamp } from "./metadata.ts";

/** Finalizers that the garbage collector takes off once dependents are gone, or on their own. */
export const foregroundFinalizer = "foregroundDeletion";
export const orphanFinalizer = "orphan";

/** The version that stays until its finalizers, its controller or its kubelet are done; "gone" for one that does not stay. */
export function terminated(
  object: KubeObject,
  deletion: Deletion,
  strategy: Strategy,
  nowMs: number,
): KubeObject | "gone" {
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) return hastened(object, deletion, strategy);
  const graceSeconds = strategy.gracePeriodSeconds?.(object, deletion.gracePeriodSeconds) ?? 0;
  const finalizers = finalizersFor(deletion, metadata.finalizers ?? []);
  if (finalizers.length === 0 && graceSeconds === 0 && strategy.terminate === undefined)
    return "gone";
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(finalizers.length === 0 ? {} : { finalizers }),
      deletionTimestamp: timestamp(nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
  return strategy.terminate?.(marked) ?? marked;
}

/** A second delete can make the grace period shorter, and nothing else. */
function hastened(
  object: KubeObject,
  { gracePeriodSeconds: asked }: Deletion,
  strategy: Strategy,
): KubeObject | "gone" {
  const { deletionTimestamp = "", deletionGracePeriodSeconds = 0, finalizers } = object.metadata;
  if (asked === undefined || strategy.gracePeriodSeconds === undefined) return object;
  const graceSeconds = strategy.gracePeriodSeconds(object, asked);
  if (graceSeconds === 0 && !finalizers?.length) return "gone";
  if (graceSeconds >= deletionGracePeriodSeconds) return object;
  const earlierMs = (deletionGracePeriodSeconds - graceSeconds) * 1000;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(Date.parse(deletionTimestamp) - earlierMs),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
}

function finalizersFor({ propagation }: Deletion, present: readonly string[]): readonly string[] {
  if (propagation === undefined) return present;
  const others = present.filter(
    (finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer,
  );
  if (propagation === "Background") return others;
  return [...others, propagation === "Orphan" ? orphanFinalizer : foregroundFinalizer];
}
