import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Fields } from "../json.ts";
import { removeIfThere, writePrivate } from "./files.ts";
import { type Owner, type OwnerRecord, ownerKey } from "./owner.ts";

/**
 * The index of a network's leases by owner: one file each, outside the network's own folder, which the reference
 * plugin reads from end to end.
 */
export class OwnerRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  create(): void {
    mkdirSync(this.#folder, { recursive: true });
  }

  exist(): boolean {
    return existsSync(this.#folder);
  }

  /** Undefined where there is none, or none that can be read: the lease files are what counts. */
  read(owner: Owner): OwnerRecord | undefined {
    return this.#readFile(ownerKey(owner));
  }

  write(record: OwnerRecord): void {
    writePrivate(this.#path(ownerKey(record)), `${JSON.stringify(record)}\n`);
  }

  remove(owner: Owner): void {
    removeIfThere(this.#path(ownerKey(owner)));
  }

  all(): readonly OwnerRecord[] {
    return readdirSync(this.#folder).flatMap((name) => this.#readFile(name) ?? []);
  }

  removeAllBut(keys: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#folder)) if (!keys.has(name)) rmSync(this.#path(name));
  }

  #readFile(name: string): OwnerRecord | undefined {
    // An error would cost more than the question; most owners are new.
    if (!existsSync(this.#path(name))) return undefined;
    try {
      return decode(JSON.parse(readFileSync(this.#path(name), "utf8")));
    } catch {
      return undefined;
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function decode(value: unknown): OwnerRecord {
  const fields = new Fields(value);
  const netns = fields.text("netns");
  const netnsIdentity = fields.text("netnsIdentity");
  return {
    containerId: fields.text("containerId") ?? "",
    ifname: fields.text("ifname") ?? "",
    addresses: fields.texts("addresses") ?? [],
    bootId: fields.text("bootId") ?? "",
    ...(netns !== undefined && { netns }),
    ...(netnsIdentity !== undefined && { netnsIdentity }),
  };
}
