import type { ResultIp, ResultRoute } from "../contract.ts";
import { formatAddress, parsePrefix, subnetOf } from "../ipam/address.ts";

/** The pods' gateway in each subnet: the one that IPAM named, else the subnet's first address. */
export function withGateway(ip: ResultIp): ResultIp & { readonly gateway: string } {
  if (ip.gateway !== undefined) return { ...ip, gateway: ip.gateway };
  const prefix = parsePrefix(ip.address);
  if (prefix === undefined) return { ...ip, gateway: "" };
  const { family, first } = subnetOf(prefix.address, prefix.prefixLength);
  return { ...ip, gateway: formatAddress({ family, value: first + 1n }) };
}

export function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

export const prefixLengthOf = (address: string): number => Number(address.split("/")[1]);

/** "10.1.2.0/24" for "10.1.2.9/24". */
export function networkOf(address: string): string {
  const prefix = parsePrefix(address);
  if (prefix === undefined) return address;
  const { family, first, prefixLength } = subnetOf(prefix.address, prefix.prefixLength);
  return `${formatAddress({ family, value: first })}/${prefixLength}`;
}

const defaultRoute = (family: 4 | 6): string => (family === 4 ? "0.0.0.0/0" : "::/0");

/** A default route through each family's first gateway, but for families that have one already. */
export function defaultRoutes(
  ips: readonly ResultIp[],
  routes: readonly ResultRoute[],
): readonly ResultRoute[] {
  return ([4, 6] as const).flatMap((family) => {
    const dst = defaultRoute(family);
    const gw = ips.find(({ address }) => familyOf(address) === family)?.gateway;
    return gw === undefined || routes.some((route) => route.dst === dst) ? [] : [{ dst, gw }];
  });
}

/** Routes with the gateway of their family where they name none; one without a gateway stays as it is. */
export function routesThroughGateways(
  routes: readonly ResultRoute[],
  ips: readonly ResultIp[],
): readonly ResultRoute[] {
  return routes.map((route) => {
    const sameFamily = ips.find(({ address }) => familyOf(address) === familyOf(route.dst));
    // A route of the link's own scope has no next hop.
    if (route.gw !== undefined || sameFamily?.gateway === undefined || route.scope === 253)
      return route;
    return { ...route, gw: sameFamily.gateway };
  });
}
