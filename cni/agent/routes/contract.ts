/** The way from this node's pods to those of other nodes: what should be, as values, and what the kernel has. */

import type { IpFamily } from "#linux/netlink/ip.ts";

/** "vxlan" tunnels to nodes that no link of this one reaches; "host-gw" routes alone. */
export type Backend = "vxlan" | "host-gw";

export interface RouteOptions {
  readonly nodeName: string;
  readonly backend: Backend;
  /** With vxlan: nodes on the same link are reached without the tunnel. */
  readonly directRouting: boolean;
  readonly vni: number;
  readonly port: number;
  /** Networks of all pods, where they are told; else the union of the Nodes' podCIDRs. */
  readonly clusterCidrs: readonly string[];
}

/** What a Node object says of the way to it, as far as it can be used. */
export interface RoutedNode {
  readonly name: string;
  /** InternalIPs, the first of each family. */
  readonly addresses: Readonly<Partial<Record<IpFamily, string>>>;
  readonly podCidrs: readonly string[];
}

/** The link that has this node's own address. */
export interface Underlay {
  readonly linkIndex: number;
  readonly mtuBytes: number;
  /** Addresses of the node's links with the lengths of their networks: who is in one is on that link. */
  readonly networks: readonly { readonly linkIndex: number; readonly address: string }[];
}

export interface Tunnel {
  readonly name: string;
  readonly vni: number;
  readonly port: number;
  readonly local: string;
  readonly parentIndex: number;
  readonly mac: string;
  readonly mtuBytes: number;
  /** This node's end, as source of what the node itself sends to pods. */
  readonly addresses: readonly string[];
}

/** Over the tunnel, or through a node's address on a link. */
export interface DesiredRoute {
  readonly destination: string;
  readonly gateway: string;
  readonly via: { readonly kind: "tunnel" } | { readonly kind: "link"; readonly linkIndex: number };
}

export interface DesiredRoutes {
  readonly tunnel: Tunnel | undefined;
  readonly routes: readonly DesiredRoute[];
  /** Of the tunnel. */
  readonly neighbours: readonly { readonly address: string; readonly mac: string }[];
  readonly forwarding: readonly { readonly mac: string; readonly remote: string }[];
  /** What a pod's packet may have, so that it fits every way. */
  readonly podMtuBytes: number;
  /** Pods of this node, and of all nodes: what leaves the one for elsewhere than the other is masqueraded. */
  readonly ownCidrs: readonly string[];
  readonly clusterCidrs: readonly string[];
  /** Nodes that are not reached, and why; they keep nobody else from being reached. */
  readonly problems: readonly string[];
}
