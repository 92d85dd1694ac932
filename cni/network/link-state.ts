import type { Link, PresentRoute } from "#linux/netlink/route/contract.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { LinkFacts, LinkHead, LinkPlace, LinkState, ResultRoute } from "../contract.ts";
import type { Sockets } from "./sockets.ts";

/** A link as the kernel has it; undefined when there is none, or no such namespace. */
export function readLinkState(sockets: Sockets, place: LinkPlace): LinkState | undefined {
  const socket = sockets.maybeIn(place.netns);
  const link = socket?.link(place.link);
  if (socket === undefined || link === undefined) return undefined;
  const { index: linkIndex, masterIndex, port } = link;
  const { promiscuous, allMulticast, txQueueLength } = link;
  const peer = place.netns ? peerOnHost(sockets.host, link) : undefined;
  const master = masterIndex === undefined ? undefined : socket.link(masterIndex)?.name;
  return {
    ...headOf(link),
    promiscuous,
    allMulticast,
    txQueueLength,
    ...(peer !== undefined && { peer }),
    ...(master !== undefined && { master }),
    ...(port !== undefined && { hairpin: port.hairpin, isolated: port.isolated }),
    addresses: socket.addresses({ linkIndex }).map(({ address }) => address),
    routes: socket.routes({ linkIndex }).filter(isOfTables).map(toRoute),
  };
}

export function readLinkFacts(sockets: Sockets, place: LinkPlace): LinkFacts | undefined {
  const met = sockets.met(place);
  if (met !== undefined) return { mac: met.mac, mtu: met.mtuBytes };
  const brief = sockets.brief(place);
  return brief && { mtu: brief.mtuBytes };
}

export function readAddresses(
  sockets: Sockets,
  place: LinkPlace,
  family?: 4 | 6,
): readonly string[] {
  const linkIndex = (sockets.met(place) ?? sockets.maybeLink(place))?.index;
  if (linkIndex === undefined) return [];
  const filter = { linkIndex, ...(family !== undefined && { family }) };
  const addresses = sockets.maybeIn(place.netns)?.addresses(filter) ?? [];
  return addresses.map(({ address }) => address);
}

export function headOf({ name, kind, mac, mtuBytes: mtu, up }: Link): LinkHead {
  return { kind: kind === "" && name === "lo" ? "loopback" : kind, mac, mtu, up };
}

/** An index is of its namespace: the link of that number on the host is the other end only if it says so, too. */
function peerOnHost(host: RouteSocket, { index, parentIndex, kind }: Link): string | undefined {
  if (kind !== "veth" || parentIndex === undefined) return undefined;
  const found = host.link(parentIndex);
  return found?.kind === "veth" && found.parentIndex === index ? found.name : undefined;
}

const RT_TABLE_MAIN = 254;
const RT_TABLE_LOCAL = 255;

const isOfTables = ({ table, type }: PresentRoute): boolean =>
  table !== RT_TABLE_LOCAL && type === "unicast";

function toRoute(route: PresentRoute): ResultRoute {
  const { destination: dst, gateway, mtuBytes, advertisedMssBytes, priority, table, scope } = route;
  return {
    dst,
    ...(gateway !== undefined && { gw: gateway }),
    ...(mtuBytes !== undefined && { mtu: mtuBytes }),
    ...(advertisedMssBytes !== undefined && { advmss: advertisedMssBytes }),
    ...(priority !== 0 && { priority }),
    ...(table !== RT_TABLE_MAIN && { table }),
    ...(scope !== 0 && { scope }),
  };
}
