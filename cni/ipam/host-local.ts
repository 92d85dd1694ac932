import type { Host, PluginRequest, PluginType, Result, ValidAttachment } from "../contract.ts";
import { CniError } from "../errors.ts";
import { parseAddress } from "./address.ts";
import { allocate } from "./allocate.ts";
import {
  type DataFolders,
  networkFolder,
  readIpamConfiguration,
  usualFolders,
} from "./configuration.ts";
import { type Leases, withLeases } from "./leases.ts";
import { type Owner, type OwnerRecord, ownerKey } from "./owner.ts";
import { capacityOf, contains, formatRangeSet, type RangeSet } from "./range.ts";

/**
 * Address management on this node alone, as the reference plugin host-local does it and with its files; besides it
 * knows GC and STATUS, and frees at the first call after a reboot what was leased before.
 */
export function hostLocal(host: Host, folders: DataFolders = usualFolders): PluginType {
  const locked = <T>(
    request: PluginRequest,
    existence: "existing" | "made",
    use: (leases: Leases) => T,
  ): Promise<T | undefined> =>
    withLeases(networkFolder(request, folders), host.bootId(), existence, use);

  return {
    name: "host-local",

    async add(request): Promise<Result> {
      const { rangeSets, routes, dns, requested } = readIpamConfiguration(request);
      const namespace = namespaceOf(request);
      const owner = ownerOf(request);
      const ips = await locked(request, "made", (leases) =>
        allocate(leases, { owner, rangeSets, requested, namespace }),
      );
      return { interfaces: [], ips: ips ?? [], routes, dns };
    },

    async del(request): Promise<void> {
      await locked(request, "existing", (leases) => {
        const record = find(leases, ownerOf(request));
        if (record !== undefined) leases.release(record);
      });
    },

    async check(request): Promise<void> {
      const record = await locked(request, "existing", (leases) => find(leases, ownerOf(request)));
      checkLeases(request, record);
    },

    async gc(request): Promise<void> {
      const isValid = validity(request.configuration.validAttachments ?? []);
      await locked(request, "existing", (leases) => {
        const stale = leases.all().filter((record) => !isValid(record));
        for (const record of stale) leases.release(record);
      });
    },

    async status(request): Promise<void> {
      const { rangeSets } = readIpamConfiguration(request);
      const taken = await locked(request, "existing", (leases) => leases.folder.taken());
      for (const [index, set] of rangeSets.entries()) checkRoom(set, index, taken ?? []);
    },
  };
}

/** Who has leases in the network. */
export async function leasedOwners(
  request: PluginRequest,
  host: Host,
  folders: DataFolders = usualFolders,
): Promise<readonly Owner[]> {
  const folder = networkFolder(request, folders);
  return (await withLeases(folder, host.bootId(), "existing", (leases) => leases.all())) ?? [];
}

/** An old lease that names no interface may be that of any interface of a container that lives. */
function validity(attachments: readonly ValidAttachment[]): (owner: Owner) => boolean {
  const valid = new Set(
    attachments.flatMap(({ containerID: containerId, ifname }) => [
      ownerKey({ containerId, ifname }),
      ownerKey({ containerId, ifname: "" }),
    ]),
  );
  return (owner) => valid.has(ownerKey(owner));
}

const ownerOf = ({ attachment: { containerId, ifname } }: PluginRequest): Owner => ({
  containerId,
  ifname,
});

/** The owner's record, else the one of a lease that names the container alone. */
function find(leases: Leases, owner: Owner): OwnerRecord | undefined {
  return leases.of(owner) ?? leases.of({ containerId: owner.containerId, ifname: "" });
}

function namespaceOf({
  netns,
  netnsIdentity,
}: PluginRequest): Pick<OwnerRecord, "netns" | "netnsIdentity"> {
  return { netns, ...(netnsIdentity !== undefined && { netnsIdentity }) };
}

function checkLeases(
  { attachment, configuration: { prevResult } }: PluginRequest,
  record: OwnerRecord | undefined,
): void {
  const { containerId, ifname, network } = attachment;
  if (record === undefined)
    throw new CniError(
      102,
      `container ${containerId} has no address for ${ifname} in network ${network}`,
    );
  const known = prevResult?.ips.map(({ address }) => address.split("/", 1)[0]);
  const missing = record.addresses.filter((address) => known?.includes(address) === false);
  if (missing.length > 0)
    throw new CniError(
      102,
      `prevResult.ips: ${missing.join(", ")} of container ${containerId} and ${ifname} is missing`,
    );
}

/** @throws CniError 50 with the counts when the set has no address left */
function checkRoom(set: RangeSet, index: number, taken: readonly string[]): void {
  const capacity = capacityOf(set);
  const used = taken.filter((text) => {
    const address = parseAddress(text);
    return address !== undefined && set.some((range) => contains(range, address));
  }).length;
  if (BigInt(used) < capacity) return;
  throw new CniError(
    50,
    `no IP addresses available in range set: ${formatRangeSet(set)}`,
    `range set ${index}: 0 of ${capacity} addresses free, ${used} leased`,
  );
}
