/** Zones of a kubernetes directive. */
import { isSubdomain, labelCount } from "../../wire/name.ts";

export const isReverseZone = (zone: string): boolean =>
  isSubdomain(zone, "in-addr.arpa.") || isSubdomain(zone, "ip6.arpa.");

/** The longest of the zones that holds the name, undefined when none does. */
export function longestZone(zones: readonly string[], name: string): string | undefined {
  let best: string | undefined;
  for (const zone of zones) {
    if (isSubdomain(name, zone) && (best === undefined || labelCount(zone) > labelCount(best)))
      best = zone;
  }
  return best;
}
