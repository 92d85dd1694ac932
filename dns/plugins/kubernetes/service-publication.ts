/** What one service has in the answer table, so that a change touches what differs. Pure. */
import type { Service } from "#cluster/contract.ts";
import type { NameRecords } from "./contract.ts";

/**
 * Names and reverse names of one service as published. Addresses and their owners stand in turn in one array,
 * [address, owner, address, owner, ...]: a cluster has a hundred thousand of them, and an object each would weigh
 * more than the strings.
 */
export interface Publication {
  readonly owners: readonly string[];
  readonly clusterIPs: readonly string[];
  readonly endpoints: readonly string[];
}

const NONE: readonly string[] = [];

export const nothingPublished: Publication = { owners: NONE, clusterIPs: NONE, endpoints: NONE };

export function publicationOf(service: Service, names: readonly NameRecords[]): Publication {
  const clusterIPs: string[] = [];
  const endpoints: string[] = [];
  for (const { owner, kind, v4, v6 } of names) {
    const pointsBack = pointersOf(service, kind, clusterIPs, endpoints);
    if (pointsBack === undefined) continue;
    for (const address of v4) pointsBack.push(address, owner);
    for (const address of v6) pointsBack.push(address, owner);
  }
  return {
    owners: names.map(({ owner }) => owner),
    clusterIPs: clusterIPs.length === 0 ? NONE : clusterIPs,
    endpoints: endpoints.length === 0 ? NONE : endpoints,
  };
}

function pointersOf<T>(
  service: Service,
  kind: NameRecords["kind"],
  clusterIPs: T,
  endpoints: T,
): T | undefined {
  if (kind === "endpoint") return endpoints;
  return kind === "service" && !service.headless ? clusterIPs : undefined;
}

/** Calls back for each address with its owner. */
export function forEachPointer(
  pairs: readonly string[],
  visit: (address: string, owner: string) => void,
): void {
  for (let at = 0; at < pairs.length; at += 2) visit(pairs[at] as string, pairs[at + 1] as string);
}
