/** Which of a directive's zones holds a name. */
import { isSubdomain, labelCount } from "../wire/name.ts";

/** The longest of the zones that holds the name, undefined when none does. */
export function longestZone(zones: readonly string[], name: string): string | undefined {
  let best: string | undefined;
  for (const zone of zones) {
    if (isSubdomain(name, zone) && (best === undefined || labelCount(zone) > labelCount(best)))
      best = zone;
  }
  return best;
}

export const isWithin = (name: string, zones: readonly string[]): boolean =>
  zones.some((zone) => isSubdomain(name, zone));
