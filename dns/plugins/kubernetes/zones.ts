/** Zones of a kubernetes directive. */
import { isSubdomain } from "../../wire/name.ts";

export const isReverseZone = (zone: string): boolean =>
  isSubdomain(zone, "in-addr.arpa.") || isSubdomain(zone, "ip6.arpa.");
