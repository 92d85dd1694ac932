import type { IpFamily } from "#linux/netlink/ip.ts";
import { sha256 } from "../../sha256.ts";
import { toMac } from "../../types/names.ts";
import type {
  DesiredRoute,
  DesiredRoutes,
  RoutedNode,
  RouteOptions,
  Tunnel,
  Underlay,
} from "./contract.ts";
import { familyOf, isWithin } from "./nodes.ts";

/** What VXLAN puts before a packet: outer IP, UDP 8, VXLAN 8, inner Ethernet 14 bytes (RFC 7348). */
const overheadBytes: Readonly<Record<IpFamily, number>> = { 4: 50, 6: 70 };

/** The least of IPv6 (RFC 8200). */
const LEAST_MTU = 1280;
/** The loopback link, where some keep the node's address, has one that no packet can have. */
const MOST_MTU = 65_535;

/**
 * All that leads from this node to the pods of others. One of two nodes that claim the same pods is passed over, the
 * later by name; so is a node without a usable address.
 */
export function desiredRoutes(
  own: RoutedNode,
  others: readonly RoutedNode[],
  underlay: Underlay,
  options: RouteOptions,
): DesiredRoutes {
  const problems: string[] = [];
  const routes: DesiredRoute[] = [];
  const neighbours: { address: string; mac: string }[] = [];
  const forwarding: { mac: string; remote: string }[] = [];
  const claimed = new Map(own.podCidrs.map((cidr) => [cidr, own.name]));
  const tunnel = options.backend === "vxlan" ? tunnelOf(own, underlay, options) : undefined;
  if (options.backend === "vxlan" && tunnel === undefined)
    problems.push(`node ${own.name}: no InternalIP that a tunnel could start at`);
  const outerFamily = tunnel === undefined ? undefined : familyOf(tunnel.local);

  for (const node of [...others].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const remote = outerFamily === undefined ? undefined : node.addresses[outerFamily];
    const mac = vtepMac(node.name, options.vni);
    let isTunnelled = false;
    for (const destination of node.podCidrs) {
      const holder = claimed.get(destination);
      if (holder !== undefined) {
        problems.push(`node ${node.name}: podCIDR ${destination} is node ${holder}'s, too`);
        continue;
      }
      claimed.set(destination, node.name);
      const direct = directRoute(destination, node, underlay);
      if (direct !== undefined && (options.directRouting || options.backend === "host-gw"))
        routes.push(direct);
      else if (tunnel !== undefined && remote !== undefined) {
        const gateway = addressOf(destination);
        routes.push({ destination, gateway, via: { kind: "tunnel" } });
        neighbours.push({ address: gateway, mac });
        isTunnelled = true;
      } else problems.push(unreachable(node, destination, options));
    }
    if (isTunnelled && remote !== undefined) forwarding.push({ mac, remote });
  }
  return {
    tunnel,
    routes,
    neighbours,
    forwarding,
    podMtuBytes: tunnel?.mtuBytes ?? Math.min(underlay.mtuBytes, MOST_MTU),
    ownCidrs: own.podCidrs,
    clusterCidrs:
      options.clusterCidrs.length > 0 ? options.clusterCidrs : [...claimed.keys()].sort(),
    problems,
  };
}

function tunnelOf(
  own: RoutedNode,
  { linkIndex: parentIndex, mtuBytes }: Underlay,
  { vni, port, nodeName }: RouteOptions,
): Tunnel | undefined {
  const local = own.addresses[4] ?? own.addresses[6];
  if (local === undefined) return undefined;
  const room = Math.min(mtuBytes, MOST_MTU) - overheadBytes[familyOf(local)];
  return {
    name: `fairlead.${vni}`,
    vni,
    port,
    local,
    parentIndex,
    mac: vtepMac(nodeName, vni),
    mtuBytes: Math.max(room, LEAST_MTU),
    addresses: own.podCidrs.map((cidr) => `${addressOf(cidr)}/${familyOf(cidr) === 4 ? 32 : 128}`),
  };
}

/** Of a node's end of the tunnel. It follows from the name, so that every node knows it without being told. */
export function vtepMac(nodeName: string, vni: number): string {
  return toMac(sha256(`vtep\n${nodeName}\n${vni}`));
}

function directRoute(
  destination: string,
  { addresses }: RoutedNode,
  { networks }: Underlay,
): DesiredRoute | undefined {
  const gateway = addresses[familyOf(destination)];
  if (gateway === undefined) return undefined;
  const near = networks.find(({ address }) => isWithin(gateway, address));
  if (near === undefined) return undefined;
  return { destination, gateway, via: { kind: "link", linkIndex: near.linkIndex } };
}

function unreachable(node: RoutedNode, destination: string, { backend }: RouteOptions): string {
  const address = node.addresses[familyOf(destination)];
  const why =
    backend === "vxlan"
      ? "it has no InternalIP of the tunnel's family"
      : address === undefined
        ? "it has no InternalIP of that family"
        : `${address} is on no link of this node, which host-gw needs`;
  return `node ${node.name}: podCIDR ${destination} is not reached: ${why}`;
}

const addressOf = (cidr: string): string => cidr.split("/")[0] ?? "";
