import { addAddress, deleteAddress } from "#linux/netlink/route/address.ts";
import type { Link } from "#linux/netlink/route/contract.ts";
import { changeLink, createLink, deleteLink } from "#linux/netlink/route/link.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { Tunnel } from "./contract.ts";

/**
 * The tunnel's device as it should be: made anew where it differs in what cannot be changed.
 * @returns its index
 */
export function ensureTunnel(route: RouteSocket, tunnel: Tunnel): number {
  const { name, mac, mtuBytes, vni, port, local, parentIndex } = tunnel;
  const present = route.link(name);
  if (present !== undefined && !isSame(present, tunnel)) route.apply(deleteLink(present.index));
  const made =
    present !== undefined && isSame(present, tunnel)
      ? present
      : makeTunnel(route, { name, mac, mtuBytes, vni, port, local, parentIndex });
  if (made.mtuBytes !== mtuBytes) route.apply(changeLink(made.index, { mtuBytes }));
  if (!made.up) route.apply(changeLink(made.index, { up: true }));
  ensureAddresses(route, made.index, tunnel.addresses);
  return made.index;
}

export function removeTunnel(route: RouteSocket, name: string): void {
  const present = route.link(name);
  if (present?.kind === "vxlan") route.applyUnless(deleteLink(present.index), "ENODEV");
}

function makeTunnel(route: RouteSocket, tunnel: Omit<Tunnel, "addresses">): Link {
  const { name, mac, mtuBytes, vni, port, local, parentIndex } = tunnel;
  // No checksum over the outer header's payload: what is inside has its own.
  const vxlan = { vni, port, local, parentIndex, learning: false };
  route.apply(createLink({ kind: "vxlan", name, mac, mtuBytes, vxlan }));
  const link = route.link(name);
  if (link === undefined) throw new Error(`link ${name} is gone as soon as it was made`);
  return link;
}

function isSame(link: Link, { mac, vni, port, local, parentIndex }: Tunnel): boolean {
  const { kind, vxlan } = link;
  return (
    kind === "vxlan" &&
    link.mac === mac &&
    vxlan?.vni === vni &&
    vxlan.port === port &&
    vxlan.local === local &&
    vxlan.parentIndex === parentIndex &&
    !vxlan.learning
  );
}

function ensureAddresses(
  route: RouteSocket,
  linkIndex: number,
  addresses: readonly string[],
): void {
  const present = route.addresses({ linkIndex });
  for (const address of addresses)
    if (!present.some((each) => each.address === address))
      route.applyUnless(addAddress({ linkIndex, address }), "EEXIST");
  const LINK_SCOPE = 253;
  for (const { address, scope } of present)
    if (scope !== LINK_SCOPE && !addresses.includes(address))
      route.applyUnless(deleteAddress({ linkIndex, address }), "EADDRNOTAVAIL");
}
