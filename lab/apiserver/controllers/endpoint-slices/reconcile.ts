import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectMeta } from "../../contract.ts";
import type { SliceEndpoint, SliceObject } from "../../kinds/types.ts";
import type { EndpointGroup } from "./desired.ts";
import type { SliceOwner } from "./owner.ts";

/** Endpoints a slice is filled up to (kube-controller-manager: --max-endpoints-per-slice). */
const maxEndpointsPerSlice = 100;

const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** The writes that bring a Service's slices in line. */
export interface SliceChanges {
  readonly create: readonly KubeObject[];
  readonly replace: readonly KubeObject[];
  readonly remove: readonly SliceObject[];
}

/**
 * Compares the groups with the slices there are. An endpoint stays in the slice that it is in, so that one Pod's
 * change rewrites one slice; new ones fill slices up before another is made; what is empty goes.
 * @param triggerTime RFC 3339 time of the change that led here, written to the slices that it changes
 */
export function reconcile(
  owner: SliceOwner,
  groups: readonly EndpointGroup[],
  existing: readonly SliceObject[],
  triggerTime: string,
): SliceChanges {
  const changes = {
    create: [] as KubeObject[],
    replace: [] as KubeObject[],
    remove: [] as SliceObject[],
  };
  const unclaimed = new Set(existing);
  for (const group of groups) {
    const own = existing.filter((slice) => unclaimed.has(slice) && isOfGroup(slice, group));
    for (const slice of own) unclaimed.delete(slice);
    reconcileGroup(owner, group, own, triggerTime, changes);
  }
  changes.remove.push(...unclaimed);
  return changes;
}

function reconcileGroup(
  owner: SliceOwner,
  group: EndpointGroup,
  slices: readonly SliceObject[],
  triggerTime: string,
  changes: { create: KubeObject[]; replace: KubeObject[]; remove: SliceObject[] },
): void {
  const wanted = new Map(group.endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const kept = slices.map((slice) => {
    const endpoints = slice.endpoints.flatMap((endpoint) => take(wanted, identity(endpoint)));
    return { slice, endpoints };
  });
  const homeless = [...wanted.values()];
  // Slices that are rewritten anyway are filled first, then the fullest of the others: few writes, few slices.
  const byNeed = kept.toSorted((left, right) => need(right) - need(left));
  for (const { endpoints } of byNeed) {
    endpoints.push(...homeless.splice(0, maxEndpointsPerSlice - endpoints.length));
  }
  const isPlaceholder = group.endpoints.length === 0;
  for (const [index, { slice, endpoints }] of kept.entries()) {
    if (endpoints.length === 0 && !(isPlaceholder && index === 0)) changes.remove.push(slice);
    else changes.replace.push(...rewritten(owner, slice, endpoints, triggerTime));
  }
  while (homeless.length > 0) {
    changes.create.push(
      newSlice(owner, group, homeless.splice(0, maxEndpointsPerSlice), triggerTime),
    );
  }
  if (isPlaceholder && kept.length === 0)
    changes.create.push(newSlice(owner, group, [], triggerTime));
}

function need({
  slice,
  endpoints,
}: {
  slice: SliceObject;
  endpoints: readonly SliceEndpoint[];
}): number {
  const isRewritten = !isDeepStrictEqual(endpoints, slice.endpoints);
  return (isRewritten && endpoints.length > 0 ? 1000 : 0) + endpoints.length;
}

function isOfGroup(slice: SliceObject, group: EndpointGroup): boolean {
  return slice.addressType === group.addressType && isDeepStrictEqual(slice.ports, group.ports);
}

/** What makes an endpoint the same one when its conditions change. */
function identity({ addresses, targetRef }: SliceEndpoint): string {
  return `${targetRef?.uid ?? ""} ${addresses.join(" ")}`;
}

function take(wanted: Map<string, SliceEndpoint>, key: string): SliceEndpoint[] {
  const endpoint = wanted.get(key);
  wanted.delete(key);
  return endpoint === undefined ? [] : [endpoint];
}

/** The slice with other endpoints or labels; nothing when it is right already. */
function rewritten(
  owner: SliceOwner,
  slice: SliceObject,
  endpoints: readonly SliceEndpoint[],
  triggerTime: string,
): KubeObject[] {
  const { labels } = owner;
  if (
    isDeepStrictEqual(endpoints, slice.endpoints) &&
    isDeepStrictEqual(labels, slice.metadata.labels)
  )
    return [];
  const annotations = { ...slice.metadata.annotations, [triggerTimeAnnotation]: triggerTime };
  return [{ ...slice, metadata: { ...slice.metadata, labels, annotations }, endpoints }];
}

function newSlice(
  { namespace, name, labels, reference }: SliceOwner,
  { addressType, ports }: EndpointGroup,
  endpoints: readonly SliceEndpoint[],
  triggerTime: string,
): KubeObject {
  const metadata: ObjectMeta = {
    name: "",
    generateName: `${name}-`,
    namespace,
    labels,
    annotations: { [triggerTimeAnnotation]: triggerTime },
    ownerReferences: [reference],
  };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata,
    addressType,
    endpoints,
    ports,
  };
}
