import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { ClusterState } from "#cluster/contract.ts";
import type { DetectLocal, IpFamily } from "../contract.ts";
import type { LayoutOptions, LocalTraffic } from "../layout/contract.ts";
import type { ServiceProxySettings } from "./contract.ts";

type LayoutSources = Pick<
  ServiceProxySettings,
  "detectLocal" | "masqueradeAll" | "endpointCounters" | "nodeName"
>;

/** Twice what one client for each address of a /17 needs; an entry takes about 200 bytes, once it is there. */
const AFFINITY_ENTRIES = 262_144;

/** The layout of one family's table. */
export function layoutOptions(
  sources: LayoutSources,
  state: ClusterState,
  family: IpFamily,
): LayoutOptions {
  const { endpointCounters, masqueradeAll } = sources;
  return {
    family,
    endpointCounters,
    masqueradeAll,
    affinityEntries: AFFINITY_ENTRIES,
    ...addressRanges(sources, state, family),
  };
}

/** What of the layout follows the cluster: ranges of ClusterIPs, and of this node's pods. */
export function addressRanges(
  { detectLocal, nodeName }: Pick<LayoutSources, "detectLocal" | "nodeName">,
  state: ClusterState,
  family: IpFamily,
): Pick<LayoutOptions, "serviceCidrs" | "localTraffic"> {
  const podCidrs = state.nodes.get("", nodeName)?.podCIDRs ?? [];
  const serviceCidrs = Array.from(state.serviceCIDRs.values(), ({ cidrs }) => cidrs).flat();
  return {
    serviceCidrs: withoutContained(ofFamily(serviceCidrs, family)),
    localTraffic: localTraffic(detectLocal, podCidrs, family),
  };
}

function localTraffic(
  detectLocal: DetectLocal,
  podCidrs: readonly string[],
  family: IpFamily,
): LocalTraffic {
  switch (detectLocal.mode) {
    case "ClusterCIDR": {
      const cidrs = ofFamily(detectLocal.cidrs, family);
      return cidrs.length === 0 ? { kind: "unknown" } : { kind: "cidrs", cidrs };
    }
    case "NodeCIDR":
      // None yet is a matter of time.
      return { kind: "cidrs", cidrs: ofFamily(podCidrs, family) };
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

/** Ranges that lie in another are left out: a set of ranges takes no overlap. */
function withoutContained(cidrs: readonly string[]): readonly string[] {
  const ranges = [...new Set(cidrs)]
    .sort()
    .map((cidr) => ({ cidr, range: ipaddr.parseCIDR(cidr) }));
  return ranges
    .filter(({ cidr, range: [address, length] }) =>
      ranges.every(
        (other) => other.cidr === cidr || other.range[1] > length || !address.match(other.range),
      ),
    )
    .map(({ cidr }) => cidr);
}
