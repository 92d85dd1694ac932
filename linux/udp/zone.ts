import { networkInterfaces } from "node:os";

/**
 * Link-local IPv6 addresses name their link (RFC 4007 §11): by interface name in text, as node:dgram does, and by
 * interface index in a struct sockaddr_in6.
 */

/** Index of the interface of that name or number; 0, which the kernel refuses for link-local peers, if there is none. */
export function zoneIndex(zone: string): number {
  return linkLocalZones().find(([name]) => name === zone)?.[1] ?? (Number.parseInt(zone, 10) || 0);
}

/** Name of the interface with that index, or the number where none has it. */
export function zoneName(index: number): string {
  return linkLocalZones().find(([, scope]) => scope === index)?.[0] ?? String(index);
}

function linkLocalZones(): [name: string, index: number][] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap((address): [string, number][] =>
      address.family === "IPv6" && address.scopeid ? [[name, address.scopeid]] : [],
    ),
  );
}
