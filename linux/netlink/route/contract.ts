/**
 * Links, addresses, routes, neighbours and forwarding databases of one network namespace, as values. Links are named
 * by index, which never changes; an index is of its namespace. See rtnetlink(7).
 */

/** A link to be made. What is absent is the kernel's choice. */
export type NewLink = NewLinkEnd & {
  readonly up?: boolean;
  /** Made as a port of it. */
  readonly masterIndex?: number;
} & (
    | {
        readonly kind: "veth";
        /** The other end, made in the same moment, if so asked in another namespace. The kernel makes it down. */
        readonly peer: NewLinkEnd;
      }
    | { readonly kind: "bridge"; readonly bridge?: BridgeOptions }
    | { readonly kind: "vxlan"; readonly vxlan: VxlanOptions }
    | {
        readonly kind: "vlan";
        readonly vlan: { readonly id: number; readonly parentIndex: number };
      }
    | { readonly kind: "ifb" | "dummy" }
  );

export interface NewLinkEnd {
  readonly name: string;
  readonly mac?: string;
  readonly mtuBytes?: number;
  readonly txQueueLength?: number;
  /** Of packets sent and of packets received, so many each. */
  readonly queues?: number;
  /** Descriptor of the namespace it is made in: that of the socket unless given. */
  readonly namespaceFd?: number;
}

export interface BridgeOptions {
  readonly vlanFiltering?: boolean;
  /** VLAN that ports start with; 0 for none. */
  readonly defaultVlan?: number;
  readonly stp?: boolean;
  readonly forwardDelayMs?: number;
  readonly ageingMs?: number;
  readonly multicastSnooping?: boolean;
}

/** Most of it holds for the device's life: compare, and make it anew where it differs. */
export interface VxlanOptions {
  readonly vni: number;
  readonly port: number;
  readonly local?: string;
  /** The link whose MTU and address it takes. */
  readonly parentIndex?: number;
  /** Learns where MAC addresses are from what it receives. */
  readonly learning: boolean;
  readonly ttl?: number;
  readonly udpChecksum?: boolean;
}

/** What changes of a link that is there; what is absent stays. */
export interface LinkChanges {
  readonly name?: string;
  readonly up?: boolean;
  readonly mac?: string;
  readonly mtuBytes?: number;
  readonly promiscuous?: boolean;
  readonly allMulticast?: boolean;
  readonly txQueueLength?: number;
  readonly alias?: string;
  /** 0: no longer a port of any. */
  readonly masterIndex?: number;
  /** Moves it to that namespace. */
  readonly namespaceFd?: number;
  /** Links of one group can be deleted together; 0 for none. */
  readonly group?: number;
  /** As a port of the bridge that it is one of. */
  readonly port?: BridgePort;
  /** Tells neighbours of its addresses of IPv4 when it comes up; set after all else. */
  readonly arpNotify?: boolean;
}

/** IF_OPER_* of RFC 2863 in small letters. */
export type OperationalState =
  | "unknown"
  | "notpresent"
  | "down"
  | "lowerlayerdown"
  | "testing"
  | "dormant"
  | "up";

export interface Link {
  readonly index: number;
  readonly name: string;
  readonly alternativeNames: readonly string[];
  /** "veth", "bridge", ...; "" for devices that are not made by netlink. */
  readonly kind: string;
  readonly mac: string;
  readonly mtuBytes: number;
  readonly up: boolean;
  readonly operationalState: OperationalState;
  readonly promiscuous: boolean;
  readonly allMulticast: boolean;
  readonly txQueueLength: number;
  readonly alias?: string;
  readonly masterIndex?: number;
  /** The other end of a veth, the link below a vlan or vxlan; in another namespace where `parentNamespaceId` is. */
  readonly parentIndex?: number;
  readonly parentNamespaceId?: number;
  readonly bridge?: Required<BridgeOptions>;
  readonly vxlan?: VxlanOptions;
  readonly vlanId?: number;
  /** As a port of a bridge. */
  readonly port?: Required<BridgePort>;
}

/** What is most asked for of a link. */
export interface LinkBrief {
  readonly index: number;
  readonly mtuBytes: number;
  /** Its operational state is up, or unknown. */
  readonly isRunning: boolean;
}

/** How a bridge treats a port. What is absent stays. */
export interface BridgePort {
  /** Frames may leave by the port they came in by. */
  readonly hairpin?: boolean;
  /** Isolated ports do not reach one another. */
  readonly isolated?: boolean;
  readonly learning?: boolean;
  readonly unicastFlood?: boolean;
  readonly neighbourSuppression?: boolean;
}

/** VLANs `id` to `lastId` that a port, or a bridge itself, is in. */
export interface PortVlan {
  readonly id: number;
  readonly lastId?: number;
  /** Untagged frames that come in are of it. */
  readonly pvid?: boolean;
  /** Frames leave without a tag. */
  readonly untagged?: boolean;
}

export interface LinkAddress {
  readonly linkIndex: number;
  /** With the length of its network, "10.1.0.1/24". */
  readonly address: string;
  /** 0 global, 253 link, 254 host. */
  readonly scope?: number;
  readonly broadcast?: string;
  /** No route to its network is made. */
  readonly noPrefixRoute?: boolean;
  /** IPv6: others are asked first whether they have it, for a second or two in which it cannot be used. */
  readonly duplicateDetection?: boolean;
}

export interface PresentAddress
  extends Required<Omit<LinkAddress, "broadcast" | "duplicateDetection">> {
  readonly broadcast?: string;
  readonly permanent: boolean;
  /** IPv6: duplicate address detection is under way, or has failed; until then nobody can listen on it. */
  readonly tentative: boolean;
  readonly duplicate: boolean;
}

export type RouteType =
  | "unicast"
  | "local"
  | "broadcast"
  | "anycast"
  | "multicast"
  | "blackhole"
  | "unreachable"
  | "prohibit";

export interface Route {
  /** "10.1.0.0/16"; the default route is "0.0.0.0/0" or "::/0". */
  readonly destination: string;
  readonly type?: RouteType;
  /** Of the destination's family, or IPv6 for an IPv4 destination (RFC 5549). */
  readonly gateway?: string;
  readonly linkIndex?: number;
  /** In place of gateway and linkIndex: several ways, among which the kernel divides connections by weight. */
  readonly nextHops?: readonly NextHop[];
  /** The gateway is on the link although no address of the link says so. */
  readonly onLink?: boolean;
  /** Source address of what this machine sends. */
  readonly preferredSource?: string;
  /** Who made it: 2 kernel, 3 boot, 4 static; a daemon takes a number of its own. 4 unless given. */
  readonly protocol?: number;
  /** 254, main, unless given. */
  readonly table?: number;
  /** Lower comes first. 0 for IPv4 and 1024 for IPv6 unless given. */
  readonly priority?: number;
  /** 0 global, 253 link, 254 host; what the kind of route calls for unless given. */
  readonly scope?: number;
  readonly mtuBytes?: number;
  readonly advertisedMssBytes?: number;
}

export interface PresentRoute extends Route {
  readonly type: RouteType;
  readonly protocol: number;
  readonly table: number;
  readonly priority: number;
  readonly scope: number;
  readonly onLink: boolean;
  readonly nextHops: readonly NextHop[];
}

export interface NextHop {
  readonly gateway?: string;
  readonly linkIndex: number;
  readonly weight: number;
}

export type NeighbourState =
  | "incomplete"
  | "reachable"
  | "stale"
  | "delay"
  | "probe"
  | "failed"
  | "noarp"
  | "permanent"
  | "none";

/** An entry of the ARP or neighbour discovery cache. */
export interface Neighbour {
  readonly linkIndex: number;
  readonly address: string;
  readonly mac: string;
  readonly state: NeighbourState;
  readonly externallyLearned?: boolean;
}

/** An entry of a bridge's forwarding database, or of a vxlan device's own. */
export interface ForwardingEntry {
  readonly linkIndex: number;
  readonly mac: string;
  /** "self": the device's own table (vxlan); "master": that of the bridge whose port it is. */
  readonly table: "self" | "master";
  readonly state: NeighbourState;
  /** vxlan: the tunnel's other end. */
  readonly remote?: string;
  readonly vlanId?: number;
  readonly externallyLearned?: boolean;
}

/** A token bucket. */
export interface Shaping {
  readonly bitsPerSecond: number;
  readonly burstBytes: number;
  /** How long a packet may wait. */
  readonly latencyMs: number;
}

export type RouteEvent =
  | { readonly kind: "link" | "link-gone"; readonly link: Link }
  | { readonly kind: "address" | "address-gone"; readonly address: PresentAddress }
  | { readonly kind: "route" | "route-gone"; readonly route: PresentRoute }
  | { readonly kind: "neighbour" | "neighbour-gone"; readonly neighbour: Neighbour }
  | { readonly kind: "forwarding" | "forwarding-gone"; readonly entry: ForwardingEntry };
