/** Which names a hosts directive must see, of those that compiled answers would be given for. Pure. */
import { parentName } from "../../wire/name.ts";
import { isWithin } from "../zones.ts";
import { type HostsTable, isWildcard } from "./hosts-table.ts";
import type { HostsOptions } from "./options.ts";

/** More names than this are not told apart in the workers' plan. */
const MAX_NAMES = 64;

const REVERSE_ZONES = ["in-addr.arpa.", "ip6.arpa."];

/**
 * Where unknown names fall through, only those that have entries matter, and of reverse names all: which addresses
 * have names changes with the file.
 *
 * @param compiled zones of the compiled answers behind this plugin
 */
export function seenNames(
  options: Pick<HostsOptions, "zones" | "fallthrough" | "reverse">,
  tables: readonly HostsTable[],
  compiled: readonly string[],
): readonly string[] {
  const { zones, fallthrough = [], reverse } = options;
  const reverseZones = reverse ? REVERSE_ZONES : [];
  if (!zones.every((zone) => isWithin(zone, fallthrough))) return [...zones, ...reverseZones];
  const names = new Set<string>();
  for (const table of tables) {
    for (const owner of table.owners()) {
      if (!isWildcard(owner)) {
        if (isWithin(owner, compiled)) names.add(owner);
      } else {
        const parent = parentName(owner) ?? ".";
        // A compiled zone may itself be what the asterisk stands for.
        const holdsApex = compiled.some((zone) => parentName(zone) === parent);
        if (holdsApex || isWithin(parent, compiled)) names.add(parent);
      }
      if (names.size > MAX_NAMES) return [...zones, ...reverseZones];
    }
  }
  return [...names, ...reverseZones];
}
