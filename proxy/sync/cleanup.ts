import type { Nftables } from "#linux/nft/contract.ts";
import type { IpFamily } from "../contract.ts";
import { TABLE_NAME, tableOf } from "../layout/base.ts";

const families: readonly IpFamily[] = [4, 6];

/** Deletes the proxy's tables, and nothing else; resolves to the names of those that were there. */
export async function removeTables(nft: Nftables): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const family of families) {
    const table = tableOf(family);
    if (!(await nft.tables(table.family)).includes(TABLE_NAME)) continue;
    const result = await nft.commit({ table, operations: [{ kind: "deleteTable" }] });
    if (result.ok) removed.push(`${table.family} ${table.name}`);
  }
  return removed;
}
