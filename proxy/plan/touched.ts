import type { ChangeSet, EndpointSlice } from "#cluster/contract.ts";
import type { ServiceKey } from "./claims.ts";

/** A Service whose plan may have changed. */
export interface Touched extends ServiceKey {
  /** The earliest trigger time of its slices in the change set. */
  readonly triggeredMs: number | undefined;
}

/** The Services that a change set concerns, each once: their own change, or one of their slices'. */
export function touchedServices({ changes }: ChangeSet): readonly Touched[] {
  const touched = new Map<string, Touched>();
  const touch = (namespace: string, name: string, triggeredMs?: number): void => {
    if (name === "") return;
    const key = `${namespace}/${name}`;
    const known = touched.get(key)?.triggeredMs;
    touched.set(key, { namespace, name, triggeredMs: earliest(known, triggeredMs) });
  };
  const { Service, EndpointSlice } = changes;
  for (const { namespace, name } of Service?.added ?? []) touch(namespace, name);
  for (const { after } of Service?.updated ?? []) touch(after.namespace, after.name);
  for (const { namespace, name } of Service?.removed ?? []) touch(namespace, name);
  const touchOwner = (slice: EndpointSlice): void =>
    touch(slice.namespace, slice.serviceName, slice.lastChangeTriggerTimeMs);
  for (const slice of EndpointSlice?.added ?? []) touchOwner(slice);
  for (const { before, after } of EndpointSlice?.updated ?? []) {
    if (before.serviceName !== after.serviceName) touch(before.namespace, before.serviceName);
    touchOwner(after);
  }
  // A deleted slice still bears the time of a change before.
  for (const slice of EndpointSlice?.removed ?? []) touch(slice.namespace, slice.serviceName);
  return [...touched.values()];
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
