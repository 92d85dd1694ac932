import type { Link } from "#linux/netlink/route/contract.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { RoutedNode, Underlay } from "./contract.ts";

/** Where this node's packets to other nodes leave; undefined while no link has the Node's address. */
export function readUnderlay(route: RouteSocket, own: RoutedNode): Underlay | undefined {
  const addresses = route.addresses().filter(({ scope }) => scope === 0);
  const plain = (address: string): string => address.split("/")[0] ?? "";
  const wanted = [own.addresses[4], own.addresses[6]].filter((each) => each !== undefined);
  const holder = addresses.find(({ address }) => wanted.includes(plain(address)));
  if (holder === undefined) return undefined;
  const link = uplink(route, holder.linkIndex, plain(holder.address));
  if (link === undefined) return undefined;
  const networks = addresses.map(({ linkIndex, address }) => ({ linkIndex, address }));
  return { linkIndex: link.index, mtuBytes: link.mtuBytes, networks };
}

/** A node whose address is on lo reaches others by its default route's link. */
function uplink(route: RouteSocket, linkIndex: number, address: string): Link | undefined {
  const link = route.link(linkIndex);
  if (link === undefined || link.name !== "lo") return link;
  const family = address.includes(":") ? 6 : 4;
  const byDefault = route
    .routes({ family, table: 254 })
    .find(({ destination }) => destination.endsWith("/0"));
  return byDefault?.linkIndex === undefined ? link : route.link(byDefault.linkIndex);
}
