import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CniError } from "../errors.ts";
import { type NetworkFolder, withLeases } from "./leases.ts";
import { type Owner, type OwnerRecord, parseLease } from "./owner.ts";

/** Repairs of a network's leases from outside of an ADD or DEL, each under the lock. */

/**
 * Frees what the owner has, if `isGone` holds while nobody else can lease.
 * @returns false where it does not
 * @throws CniError 5 naming the leases that are left
 */
export async function releaseLeases(
  folder: NetworkFolder,
  owner: Owner,
  bootId: string,
  isGone: () => boolean,
): Promise<boolean> {
  const outcome = await withLeases(folder, bootId, "existing", (leases) => {
    if (!isGone()) return false;
    // A lease of another boot may be freed by reading the folder alone.
    const record = leases.of(owner);
    if (record !== undefined) leases.release(record);
    return true;
  });
  return outcome ?? true;
}

/** Removes the file if it names nobody even now. @throws CniError 5 when it cannot be removed */
export async function freeEmptyLease(
  folder: NetworkFolder,
  address: string,
  bootId: string,
): Promise<void> {
  await withLeases(folder, bootId, "existing", (leases) => {
    if (isEmpty(join(folder.dataDir, folder.network, address))) leases.folder.free([address]);
  });
}

function isEmpty(file: string): boolean {
  try {
    return parseLease(readFileSync(file, "utf8")) === undefined;
  } catch {
    return false;
  }
}

/** Leases addresses that the owner uses already. @throws CniError 101 when one has become another's meanwhile */
export async function restoreLeases(
  folder: NetworkFolder,
  owner: Owner,
  addresses: readonly string[],
  namespace: Pick<OwnerRecord, "netns" | "netnsIdentity">,
  bootId: string,
): Promise<void> {
  await withLeases(folder, bootId, "made", (leases) => {
    const held = leases.of(owner)?.addresses ?? [];
    for (const address of addresses)
      if (!leases.folder.take(address, owner) && !held.includes(address))
        throw new CniError(101, `${address} is leased to another container by now`);
    leases.record(owner, [...new Set([...held, ...addresses])], namespace);
  });
}
