import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { CniError } from "../errors.ts";
import { LeaseFolder } from "./lease-folder.ts";
import { withLock } from "./lock.ts";
import { type Owner, type OwnerRecord, ownerKey } from "./owner.ts";
import { OwnerRecords } from "./owner-records.ts";
import { isSealed, seal } from "./seal.ts";

export interface NetworkFolder {
  readonly dataDir: string;
  readonly network: string;
}

/** A network's leases while their lock is held. */
export class Leases {
  readonly folder: LeaseFolder;
  readonly #records: OwnerRecords;
  readonly #bootId: string;
  /** The records on disk hold every lease. */
  readonly #isIndexed: boolean;
  /** By owner, where the folder had to be read. */
  readonly #scanned: Map<string, OwnerRecord> | undefined;

  constructor(folder: LeaseFolder, records: OwnerRecords, bootId: string) {
    this.folder = folder;
    this.#records = records;
    this.#bootId = bootId;
    const isIndexed = isSealed(folder.path, bootId) && records.exist();
    this.#scanned = isIndexed ? undefined : this.#scan();
    this.#isIndexed = isIndexed || this.#persist();
    if (!isIndexed) this.settle();
  }

  of(owner: Owner): OwnerRecord | undefined {
    return this.#scanned === undefined
      ? this.#records.read(owner)
      : this.#scanned.get(ownerKey(owner));
  }

  all(): readonly OwnerRecord[] {
    return this.#scanned === undefined ? this.#records.all() : [...this.#scanned.values()];
  }

  /** Records what the owner took from the folder. */
  record(
    owner: Owner,
    addresses: readonly string[],
    netns: Pick<OwnerRecord, "netns" | "netnsIdentity">,
  ): void {
    const { containerId, ifname } = owner;
    const record = { containerId, ifname, addresses, bootId: this.#bootId, ...netns };
    this.#records.write(record);
    this.#scanned?.set(ownerKey(owner), record);
  }

  /** Frees all that the owner has. */
  release(record: OwnerRecord): void {
    this.folder.free(record.addresses);
    this.#records.remove(record);
    this.#scanned?.delete(ownerKey(record));
  }

  /** Seals the folder: when leases and records agree, never half-way. */
  settle(): void {
    if (!this.#isIndexed) return;
    try {
      seal(this.folder.path, this.#bootId);
    } catch {
      // Unsealed is always safe: it costs the next call a scan.
    }
  }

  /** Reads every lease; those of an earlier boot are freed. */
  #scan(): Map<string, OwnerRecord> {
    const found = new Map<string, OwnerRecord>();
    for (const [address, owner] of this.folder.scan()) {
      const key = ownerKey(owner);
      const known = found.get(key);
      const recorded = known ?? this.#records.read(owner);
      if (recorded === undefined || recorded.bootId === this.#bootId)
        found.set(key, {
          ...this.#adopted(owner),
          ...recorded,
          addresses: [...(known?.addresses ?? []), address],
        });
      else if (recorded.addresses.includes(address)) this.folder.free([address]);
      else found.set(key, { ...this.#adopted(owner), addresses: [address] });
    }
    return found;
  }

  /** A lease that another program made is one of this boot, until the next. */
  #adopted({ containerId, ifname }: Owner): OwnerRecord {
    return { containerId, ifname, addresses: [], bootId: this.#bootId };
  }

  /** Writes down what a scan found; a disk that is full or read-only keeps DEL from nothing. */
  #persist(): boolean {
    const found = this.#scanned ?? new Map<string, OwnerRecord>();
    try {
      this.#records.create();
      this.#records.removeAllBut(new Set(found.keys()));
      for (const record of found.values()) this.#records.write(record);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Runs `use` over a network's leases, with the lock held. Where the network has none yet, `use` is not called and the
 * answer undefined, unless they are to be made.
 * @throws CniError 5 with the file and the reason, 11 when the lock stays taken
 */
export async function withLeases<T>(
  { dataDir, network }: NetworkFolder,
  bootId: string,
  existence: "existing" | "made",
  use: (leases: Leases) => T,
): Promise<T | undefined> {
  const path = join(dataDir, network);
  // Network names start with a letter or digit, so none has its leases here.
  const own = join(dataDir, ".fairlead", network);
  const records = new OwnerRecords(join(own, "owners"));
  try {
    if (existence === "existing" && !existsSync(path)) return undefined;
    if (existence === "made" && !existsSync(path)) mkdirSync(path, { recursive: true });
    return await withLock(join(path, "lock"), () => {
      const leases = new Leases(new LeaseFolder(path, join(own, "lease")), records, bootId);
      const outcome = use(leases);
      leases.settle();
      return outcome;
    });
  } catch (error) {
    if (error instanceof CniError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CniError(5, `cannot keep leases in ${path}: ${reason}`, "", { cause: error });
  }
}
