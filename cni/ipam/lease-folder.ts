import { existsSync, readdirSync, readFileSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { hasErrno } from "#observe/errno.ts";
import { CniError } from "../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import { removeIfThere, writePrivate } from "./files.ts";
import { leaseText, type Owner, parseLease } from "./owner.ts";

const POINTER = "last_reserved_ip.";

/** A network's leases in the reference plugin's form on disk: a file for each address, called after it. */
export class LeaseFolder {
  readonly path: string;
  /** Where a lease is written before it gets its name: outside, as the reference plugin takes every file for a lease. */
  readonly #draft: string;

  constructor(path: string, draft: string) {
    this.path = path;
    this.#draft = draft;
  }

  /** Makes the address the owner's, under the lock; false where it is taken. No crash leaves a lease half written. */
  take(address: string, owner: Owner): boolean {
    const path = join(this.path, address);
    if (existsSync(path)) return false;
    try {
      writePrivate(this.#draft, leaseText(owner));
      renameSync(this.#draft, path);
      return true;
    } catch (error) {
      removeIfThere(this.#draft);
      throw error;
    }
  }

  /** @throws CniError 5 naming the leases that are left */
  free(addresses: readonly string[]): void {
    for (const [index, address] of addresses.entries()) {
      try {
        unlinkSync(join(this.path, address));
      } catch (error) {
        if (hasErrno(error, "ENOENT")) continue;
        const left = addresses.slice(index).join(", ");
        throw new CniError(5, `cannot free ${left} in ${this.path}`, String(error), {
          cause: error,
        });
      }
    }
  }

  /** Addresses that have a file. */
  taken(): readonly string[] {
    return readdirSync(this.path).filter((name) => parseAddress(name) !== undefined);
  }

  /**
   * Every lease with its owner, read from its file. Empty files are removed: with the lock held nobody is about to
   * write them.
   */
  scan(): ReadonlyMap<string, Owner> {
    const leases = new Map<string, Owner>();
    for (const address of this.taken()) {
      const owner = parseLease(readFileSync(join(this.path, address), "utf8"));
      if (owner === undefined) this.free([address]);
      else leases.set(address, owner);
    }
    return leases;
  }

  /** The address that the set's round robin gave last. */
  pointer(set: number): Address | undefined {
    try {
      return parseAddress(readFileSync(join(this.path, `${POINTER}${set}`), "utf8").trim());
    } catch (error) {
      if (hasErrno(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  movePointer(set: number, address: string): void {
    writePrivate(join(this.path, `${POINTER}${set}`), address);
  }
}
