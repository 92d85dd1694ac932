/** What one service has in the answer table, so that a change touches what differs. Pure. */
import type { Service } from "#cluster/contract.ts";
import type { NameRecords } from "./contract.ts";
import type { AddressName } from "./reverse-index.ts";

/** Names and reverse names of one service as published. */
export interface Publication {
  readonly owners: readonly string[];
  readonly clusterIPs: readonly AddressName[];
  readonly endpoints: readonly AddressName[];
}

export const nothingPublished: Publication = { owners: [], clusterIPs: [], endpoints: [] };

export function publicationOf(service: Service, names: readonly NameRecords[]): Publication {
  const owners: string[] = [];
  const clusterIPs: AddressName[] = [];
  const endpoints: AddressName[] = [];
  for (const { owner, kind, v4, v6 } of names) {
    owners.push(owner);
    const pointsBack =
      kind === "endpoint"
        ? endpoints
        : kind === "service" && !service.headless
          ? clusterIPs
          : undefined;
    if (pointsBack === undefined) continue;
    for (const address of v4) pointsBack.push({ address, owner });
    for (const address of v6) pointsBack.push({ address, owner });
  }
  return { owners, clusterIPs, endpoints };
}
