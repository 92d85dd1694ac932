import type { NetworkChange, ResultIp, ResultRoute } from "../contract.ts";
import { familyOf } from "./gateway.ts";

export interface ContainerLink {
  readonly netns: string;
  readonly link: string;
  readonly ips: readonly ResultIp[];
  readonly routes: readonly ResultRoute[];
  readonly duplicateDetection: boolean;
  /** Subnets are reached by routes of their own, not by the one the kernel makes with an address. */
  readonly noPrefixRoute: boolean;
}

/** The steps inside a container's namespace: addresses, up, routes, and what keeps them working. */
export function containerLinkChanges(container: ContainerLink): readonly NetworkChange[] {
  const { netns, link, ips, routes, duplicateDetection, noPrefixRoute } = container;
  const hasIPv6 = ips.some(({ address }) => familyOf(address) === 6);
  return [
    ...(hasIPv6 ? ipv6Settings(netns, link) : []),
    // Neighbours learn at once when an address comes back on another hardware address.
    { kind: "sysctl", netns, key: `net/ipv4/conf/${link}/arp_notify`, value: "1" },
    ...ips.map(({ address }) => {
      return { kind: "address", netns, link, address, noPrefixRoute, duplicateDetection } as const;
    }),
    { kind: "up", netns, link },
    ...routes.map((route) => ({ kind: "route", netns, link, ...route }) as const),
  ];
}

/** New namespaces may come with IPv6 switched off, and a link loses its addresses when it goes down. */
function ipv6Settings(netns: string, link: string): readonly NetworkChange[] {
  const set = (name: string, key: string, value: string): NetworkChange => {
    return { kind: "sysctl", netns, key: `net/ipv6/conf/${name}/${key}`, value };
  };
  return [
    set("lo", "disable_ipv6", "0"),
    set(link, "disable_ipv6", "0"),
    set(link, "keep_addr_on_down", "1"),
  ];
}

/** Forwarding on the host, for the families that the addresses are of. */
export function forwardingChanges(ips: readonly ResultIp[]): readonly NetworkChange[] {
  const families = new Set(ips.map(({ address }) => familyOf(address)));
  return [
    ...(families.has(4) ? [sysctl("net/ipv4/ip_forward")] : []),
    ...(families.has(6) ? [sysctl("net/ipv6/conf/all/forwarding")] : []),
  ];
}

function sysctl(key: string): NetworkChange {
  return { kind: "sysctl", key, value: "1" };
}
