import { networkInterfaces } from "node:os";
import { canonicalAddress } from "#cluster/objects/address.ts";

/** Canonical addresses of all interfaces of the process's network namespace, without those of a link alone. */
export function interfaceAddresses(): readonly string[] {
  const addresses = new Set<string>();
  for (const entries of Object.values(networkInterfaces()))
    for (const { address, scopeid } of (entries ?? []).map((entry) => ({
      address: entry.address,
      scopeid: entry.family === "IPv6" ? entry.scopeid : 0,
    }))) {
      const canonical = canonicalAddress(address);
      if (canonical !== undefined && scopeid === 0) addresses.add(canonical);
    }
  return [...addresses].sort();
}
