import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAddress } from "../ipam/address.ts";
import { parseLease } from "../ipam/owner.ts";
import { OwnerRecords } from "../ipam/owner-records.ts";
import type { LeasedNetwork, SurveyedLease } from "./contract.ts";
import { unlessGone } from "./unless-gone.ts";

/** The networks of a folder that have leases of ours, without their lock: nothing is mended on the way. */
export function surveyLeases(dataDir: string): readonly LeasedNetwork[] {
  const indexes = join(dataDir, ".fairlead");
  if (!existsSync(indexes)) return [];
  return readdirSync(indexes).flatMap((network) => {
    const folder = join(dataDir, network);
    const owners = join(indexes, network, "owners");
    if (!existsSync(folder)) return [];
    // Leases first: an ADD writes its record after them, a DEL removes it after them.
    const leases = readLeases(folder);
    const records = existsSync(owners) ? new OwnerRecords(owners).all() : [];
    return [{ dataDir, network, leases, records }];
  });
}

function readLeases(folder: string): readonly SurveyedLease[] {
  return readdirSync(folder)
    .sort()
    .flatMap((address) => {
      if (parseAddress(address) === undefined) return [];
      const file = join(folder, address);
      return unlessGone(() => {
        const owner = parseLease(readFileSync(file, "utf8"));
        return [{ file, address, owner, modifiedMs: statSync(file).mtimeMs }];
      }, []);
    });
}
