import type { Link } from "#linux/netlink/route/contract.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import { RTPROT_FAIRLEAD } from "../agent/routes/diff.ts";
import { parseOwnerName } from "../network/owner-name.ts";
import type { HostLink, SurveyedForwarding, SurveyedNeighbour, SurveyedRoute } from "./contract.ts";

export interface SurveyedLinks {
  readonly links: readonly HostLink[];
  readonly neighbours: readonly SurveyedNeighbour[];
  readonly forwarding: readonly SurveyedForwarding[];
  readonly routes: readonly SurveyedRoute[];
}

/** Links of the host, and what leads over those that pods or tunnels of ours use. */
export function surveyLinks(route: RouteSocket): SurveyedLinks {
  const present = route.links();
  const names = new Map(present.map(({ index, name }) => [index, name]));
  const links = present.map((link) => toHostLink(link, names));
  const used = new Set(
    links.flatMap(({ name, kind, owner, master }) => {
      if (owner !== undefined) return [name, ...(master === undefined ? [] : [master])];
      return isTunnel(name, kind) ? [name] : [];
    }),
  );
  const at = <Entry extends { readonly linkIndex: number }>(entry: Entry) => {
    const link = names.get(entry.linkIndex);
    return link !== undefined && used.has(link) ? [{ link, entry }] : [];
  };
  return {
    links,
    neighbours: route
      .neighbours()
      .flatMap(at)
      .flatMap(toNeighbour)
      .sort((a, b) => (a.address < b.address ? -1 : 1)),
    forwarding: present
      .filter(({ name }) => used.has(name))
      .flatMap(({ index, mac }) =>
        route
          .forwarding(index)
          .flatMap(at)
          .map(({ link, entry }) => ({
            link,
            mac: entry.mac,
            table: entry.table,
            isStatic:
              entry.table === "self"
                ? entry.state === "permanent"
                : entry.state === "noarp" && entry.mac !== mac,
            remote: entry.remote,
          })),
      ),
    routes: route.routes().flatMap(({ destination, gateway, linkIndex, protocol, table }) => {
      const link = linkIndex === undefined ? undefined : names.get(linkIndex);
      if (link === undefined || table !== RT_TABLE_MAIN) return [];
      return [{ destination, gateway, link, isOurs: protocol === RTPROT_FAIRLEAD }];
    }),
  };
}

const RT_TABLE_MAIN = 254;

/** The agent's: `fairlead.1` for VNI 1. */
export const isTunnel = (name: string, kind: string): boolean =>
  kind === "vxlan" && /^fairlead\.\d+$/.test(name);

function toHostLink(link: Link, names: ReadonlyMap<number, string>): HostLink {
  const { name, index, kind, mac, up, parentIndex, parentNamespaceId, masterIndex, alias } = link;
  return {
    name,
    index,
    kind,
    mac,
    up,
    peerIndex: kind === "veth" ? parentIndex : undefined,
    peerNamespaceId: parentNamespaceId,
    master: masterIndex === undefined ? undefined : names.get(masterIndex),
    owner: alias === undefined ? undefined : parseOwnerName(alias),
  };
}

/** Entries that lead somewhere: neither failed nor under way, nor of a group. */
function toNeighbour({
  link,
  entry: { address, mac, state },
}: {
  readonly link: string;
  readonly entry: ReturnType<RouteSocket["neighbours"]>[number];
}): readonly SurveyedNeighbour[] {
  if (mac === "" || ["failed", "incomplete", "noarp", "none"].includes(state)) return [];
  return [{ link, address, mac, isPermanent: state === "permanent" }];
}
