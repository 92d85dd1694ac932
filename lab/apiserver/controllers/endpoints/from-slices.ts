import type {
  EndpointAddress,
  EndpointSubset,
  SliceEndpoint,
  SliceObject,
  SlicePort,
} from "../../kinds/types.ts";

/** More than this one object does not show (endpoints.kubernetes.io/over-capacity). */
const maxAddresses = 1000;

/** Addresses of one set of ports, while they are gathered. */
interface Gathered {
  readonly ports: readonly SlicePort[];
  readonly ready: EndpointAddress[];
  readonly notReady: EndpointAddress[];
}

/**
 * The subsets of an Endpoints object from a Service's slices: of its first address family, ready and other addresses
 * apart, at most as many as one object shows.
 */
export function subsetsFrom(
  slices: readonly SliceObject[],
  family: string,
): { readonly subsets: readonly EndpointSubset[]; readonly isTruncated: boolean } {
  const groups = new Map<string, Gathered>();
  let left = maxAddresses;
  let isTruncated = false;
  for (const { addressType, endpoints, ports } of slices.toSorted(byName)) {
    if (addressType !== family) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
    groups.set(key, group);
    for (const endpoint of endpoints) {
      isTruncated ||= left === 0;
      if (left === 0) break;
      left -= 1;
      (endpoint.conditions.ready ? group.ready : group.notReady).push(addressOf(endpoint));
    }
  }
  return { subsets: [...groups.values()].flatMap(subsetOf), isTruncated };
}

function byName(one: SliceObject, two: SliceObject): number {
  return one.metadata.name < two.metadata.name ? -1 : 1;
}

function addressOf({ addresses, hostname, nodeName, targetRef }: SliceEndpoint): EndpointAddress {
  return {
    ip: addresses[0],
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}

function subsetOf({ ports, ready, notReady }: Gathered): EndpointSubset[] {
  if (ready.length + notReady.length === 0) return [];
  const numbered = ports.map(({ name, ...port }) => (name === "" ? port : { name, ...port }));
  return [
    {
      ...(ready.length === 0 ? {} : { addresses: ready.toSorted(byAddress) }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.toSorted(byAddress) }),
      ...(numbered.length === 0 ? {} : { ports: numbered }),
    },
  ];
}

function byAddress({ ip: one }: EndpointAddress, { ip: two }: EndpointAddress): number {
  return one < two ? -1 : 1;
}
