import { isIP } from "node:net";
import type { DetectLocal, IpFamily } from "../contract.ts";
import type { LayoutOptions, LocalTraffic } from "../layout/contract.ts";

export interface LayoutSources {
  readonly family: IpFamily;
  readonly detectLocal: DetectLocal;
  readonly masqueradeAll: boolean;
  readonly serviceCidrs: readonly string[];
  readonly endpointCounters: boolean;
}

/** Twice what one client for each address of a /17 needs; an entry takes about 200 bytes, once it is there. */
const AFFINITY_ENTRIES = 262_144;

/** The layout of one family's table. */
export function layoutOptions(sources: LayoutSources): LayoutOptions {
  const { family, detectLocal, masqueradeAll, serviceCidrs, endpointCounters } = sources;
  return {
    family,
    endpointCounters,
    masqueradeAll,
    localTraffic: localTraffic(detectLocal, family),
    serviceCidrs: ofFamily(serviceCidrs, family),
    affinityEntries: AFFINITY_ENTRIES,
  };
}

function localTraffic(detectLocal: DetectLocal, family: IpFamily): LocalTraffic {
  switch (detectLocal.mode) {
    case "ClusterCIDR":
    case "NodeCIDR": {
      const cidrs = ofFamily(detectLocal.cidrs, family);
      return cidrs.length === 0 ? { kind: "unknown" } : { kind: "cidrs", cidrs };
    }
    case "BridgeInterface":
      return { kind: "interface", name: detectLocal.interface };
    case "InterfaceNamePrefix":
      return { kind: "interface", name: `${detectLocal.prefix}*` };
    case "none":
      return { kind: "unknown" };
  }
}

function ofFamily(cidrs: readonly string[], family: IpFamily): readonly string[] {
  return cidrs.filter((cidr) => isIP(cidr.slice(0, cidr.indexOf("/"))) === family);
}
