import type { Nftables } from "#linux/nft/contract.ts";
import type { IpFamily } from "../contract.ts";
import { frontendKey } from "../layout/bytes.ts";
import { ownSets } from "../layout/sets.ts";
import type { ConnectionReading, MetricSources } from "../metrics/contract.ts";
import { text } from "../sync/element-key.ts";
import type { FamilySync } from "../sync/family-sync.ts";

/** What metrics read of the tables when they are asked. */
export function tableReadings(
  nft: Nftables,
  syncs: ReadonlyMap<IpFamily, FamilySync>,
): MetricSources {
  return {
    *elements(family) {
      const model = syncs.get(family)?.model;
      if (model === undefined) return;
      for (const set of ownSets(model.options)) yield [set, model.digest.of(set).count];
    },
    async connections() {
      const readings: ConnectionReading[] = [];
      for (const sync of syncs.values()) readings.push(...(await connectionsOf(nft, sync)));
      return readings;
    },
  };
}

async function connectionsOf(nft: Nftables, { model }: FamilySync): Promise<ConnectionReading[]> {
  const { table, options, ports } = model;
  const packets = new Map<string, number>();
  await nft.scan(table, "services", (element) => {
    packets.set(text(element.key), Number(element.packets ?? 0n));
  });
  const readings: ConnectionReading[] = [];
  for (const { plan } of ports.values()) {
    const { protocol } = plan;
    const frontends = [{ address: plan.clusterIP, port: plan.port }, ...plan.frontends];
    for (const { address, port } of frontends) {
      const element = text(frontendKey({ address, protocol, port }, options.family));
      const connections = packets.get(element);
      if (connections !== undefined) readings.push({ element, port: plan, connections });
    }
  }
  return readings;
}
