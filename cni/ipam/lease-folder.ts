import { linkSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CniError } from "../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import { isErrno, removeIfThere } from "./files.ts";
import { leaseText, type Owner, parseLease } from "./owner.ts";

const POINTER = "last_reserved_ip.";

/** A network's leases in the reference plugin's form on disk: a file for each address, called after it. */
export class LeaseFolder {
  readonly path: string;
  /** Where a lease is written before it gets its name: on the same file system, out of the reference's sight. */
  readonly #pending: string;

  constructor(path: string, pending: string) {
    this.path = path;
    this.#pending = pending;
  }

  /** Writes the owner's lease once, for take() to give it names. */
  prepare(owner: Owner): void {
    const text = leaseText(owner);
    try {
      writeFileSync(this.#pending, text, { flag: "wx", mode: 0o600 });
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
      // Not truncated: after a crash the file may still be another owner's lease under its second name.
      rmSync(this.#pending);
      writeFileSync(this.#pending, text, { flag: "wx", mode: 0o600 });
    }
  }

  /** Makes the address the prepared owner's, whole or not at all; false where it is taken. */
  take(address: string): boolean {
    try {
      linkSync(this.#pending, join(this.path, address));
      return true;
    } catch (error) {
      if (isErrno(error, "EEXIST")) return false;
      throw error;
    }
  }

  tidy(): void {
    removeIfThere(this.#pending);
  }

  /** @throws CniError 5 naming the leases that are left */
  free(addresses: readonly string[]): void {
    for (const [index, address] of addresses.entries()) {
      try {
        unlinkSync(join(this.path, address));
      } catch (error) {
        if (isErrno(error, "ENOENT")) continue;
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
      if (isErrno(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  movePointer(set: number, address: string): void {
    writeFileSync(join(this.path, `${POINTER}${set}`), address, { mode: 0o600 });
  }
}
