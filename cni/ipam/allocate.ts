import type { ResultIp } from "../contract.ts";
import { CniError } from "../errors.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import { candidates } from "./candidates.ts";
import type { LeaseFolder } from "./lease-folder.ts";
import type { Leases } from "./leases.ts";
import type { Owner, OwnerRecord } from "./owner.ts";
import { contains, formatRangeSet, type Range, type RangeSet } from "./range.ts";

export interface Wanted {
  readonly owner: Owner;
  readonly rangeSets: readonly RangeSet[];
  readonly requested: readonly Address[];
  readonly namespace: Pick<OwnerRecord, "netns" | "netnsIdentity">;
}

interface Given {
  readonly address: string;
  readonly range: Range;
}

/** After so many taken candidates the folder is listed once, instead of trying each. */
const TRIES_BEFORE_LISTING = 16;

/**
 * One address from each range set: the requested one that lies in it, else the next of its round robin. All or none.
 * @throws CniError 100 where a set is used up, 101 where an address is refused
 */
export function allocate(leases: Leases, wanted: Wanted): readonly ResultIp[] {
  const requests = matchRequests(wanted);
  const held = leases.of(wanted.owner)?.addresses ?? [];
  const unnamed = leases.of({ ...wanted.owner, ifname: "" })?.addresses ?? [];
  for (const set of wanted.rangeSets) refuseDuplicate(wanted.owner, [...held, ...unnamed], set);
  const taken: string[] = [];
  try {
    const given = wanted.rangeSets.map((set, index) => {
      const one = takeFrom(leases.folder, {
        set,
        index,
        owner: wanted.owner,
        requested: requests.get(set),
      });
      taken.push(one.address);
      leases.folder.movePointer(index, one.address);
      return one;
    });
    leases.record(wanted.owner, [...held, ...taken], wanted.namespace);
    return given.map(toResultIp);
  } catch (error) {
    leases.folder.free(taken);
    leases.settle();
    throw error;
  }
}

/** Each set's requested address; a request that no set is left for is refused before anything is taken. */
function matchRequests({ rangeSets, requested }: Wanted): ReadonlyMap<RangeSet, Address> {
  const matched = new Map<RangeSet, Address>();
  const left = requested.filter((address) => {
    const set = rangeSets.find(
      (candidate) => !matched.has(candidate) && candidate.some((range) => contains(range, address)),
    );
    if (set !== undefined) matched.set(set, address);
    return set === undefined;
  });
  if (left.length === 0) return matched;
  const sets = rangeSets.map(formatRangeSet).join("; ");
  throw new CniError(
    101,
    `failed to allocate all requested IPs: ${left.map(formatAddress).join(" ")}`,
    `one address can be asked for in each of the range sets ${sets}`,
  );
}

function refuseDuplicate(owner: Owner, held: readonly string[], set: RangeSet): void {
  const own = held.find((text) => {
    const address = parseAddress(text);
    return address !== undefined && set.some((range) => contains(range, address));
  });
  if (own === undefined) return;
  throw new CniError(
    101,
    `${own} has been allocated to ${owner.containerId} for ${owner.ifname}, duplicate allocation is not allowed`,
    "DEL frees it",
  );
}

interface Turn {
  readonly set: RangeSet;
  /** The set's place among all, which its round robin goes by. */
  readonly index: number;
  readonly owner: Owner;
  readonly requested: Address | undefined;
}

function takeFrom(folder: LeaseFolder, { requested, ...turn }: Turn): Given {
  return requested === undefined
    ? takeNext(folder, turn)
    : takeRequested(folder, { ...turn, requested });
}

function takeRequested(
  folder: LeaseFolder,
  { set, owner, requested }: Turn & { readonly requested: Address },
): Given {
  const address = formatAddress(requested);
  const range = set.find((candidate) => contains(candidate, requested));
  if (range === undefined || range.gateway.value === requested.value)
    throw new CniError(101, `requested IP ${address} is subnet's gateway`);
  if (folder.take(address, owner)) return { address, range };
  throw new CniError(
    101,
    `requested IP address ${address} is not available in range set ${formatRangeSet(set)}`,
  );
}

function takeNext(folder: LeaseFolder, { set, index, owner }: Omit<Turn, "requested">): Given {
  let tries = 0;
  let taken: ReadonlySet<string> = new Set();
  for (const { address: candidate, range } of candidates(set, folder.pointer(index))) {
    const address = formatAddress(candidate);
    if (taken.has(address)) continue;
    if (folder.take(address, owner)) return { address, range };
    tries += 1;
    if (tries === TRIES_BEFORE_LISTING) taken = new Set(folder.taken());
  }
  throw new CniError(100, `no IP addresses available in range set: ${formatRangeSet(set)}`);
}

function toResultIp({ address, range: { subnet, gateway } }: Given): ResultIp {
  return { address: `${address}/${subnet.prefixLength}`, gateway: formatAddress(gateway) };
}
