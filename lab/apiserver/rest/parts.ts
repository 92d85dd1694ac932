/** What an update may change of an object: pure functions from the present and the given value to the next. */
import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ResourceRow } from "../contract.ts";
import { updatedMetadata } from "./metadata.ts";

/** Which part of an object a write is about: all but status, status alone (the status subresource), or both. */
export type Part = "object" | "status" | "whole";

/** The next version before defaults: the part comes from what was given, the rest stays. */
export function mergeParts(
  row: ResourceRow,
  before: KubeObject,
  given: KubeObject,
  part: Part,
): KubeObject {
  if (part === "status") {
    const { managedFields } = given.metadata;
    const managed = managedFields === undefined ? {} : { managedFields };
    return { ...before, metadata: { ...before.metadata, ...managed }, status: given.status };
  }
  const metadata = updatedMetadata(before.metadata, given.metadata);
  if (!row.hasStatus || part === "whole") return { ...given, metadata };
  const { status: _, ...rest } = given;
  return { ...rest, metadata, ...(before.status === undefined ? {} : { status: before.status }) };
}

/** Counts metadata.generation up when anything but metadata and status changed. */
export function withGeneration(
  row: ResourceRow,
  before: KubeObject,
  after: KubeObject,
): KubeObject {
  if (!row.tracksGeneration) return after;
  const present = before.metadata.generation ?? 1;
  const generation = isDeepStrictEqual(desired(before), desired(after)) ? present : present + 1;
  return { ...after, metadata: { ...after.metadata, generation } };
}

/** Whether a terminating object lost its last finalizer with this write. */
export function isReleased(before: KubeObject, after: KubeObject): boolean {
  const held = (before.metadata.finalizers?.length ?? 0) > 0;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers } = after.metadata;
  return (
    held &&
    deletionTimestamp !== undefined &&
    deletionGracePeriodSeconds === 0 &&
    !finalizers?.length
  );
}

function desired(object: KubeObject): object {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}
