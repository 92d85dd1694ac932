/** Endpoint slices of one service as the flat list DNS works on. Pure. */
import type { Endpoint, EndpointPort, EndpointSlice } from "#cluster/contract.ts";
import { isLabel } from "./labels.ts";

/** One ready address on one port; an address without ports has one item whose port is undefined. */
export interface EndpointItem {
  readonly address: string;
  readonly hostname: string;
  readonly port: EndpointPort | undefined;
}

/** "10.0.0.1" -> "10-0-0-1"; "1234:abcd::" -> "1234-abcd--0", as a label must not end in a dash. */
export function dashedAddress(address: string): string {
  const dashed = address.replaceAll(/[.:]/g, "-");
  return dashed.endsWith("-") ? `${dashed}0` : dashed;
}

/** True when the slice gives DNS any name at all: a slice of names (FQDN) does not. */
const hasAddresses = (slice: EndpointSlice): boolean => slice.addressType !== "FQDN";

const NO_PORTS: readonly undefined[] = [undefined];

function labelOf({ hostname, podName }: Endpoint, usePodName: boolean): string | undefined {
  if (hostname !== undefined && isLabel(hostname)) return hostname;
  return usePodName && podName !== undefined && isLabel(podName) ? podName : undefined;
}

/**
 * Ready addresses of all slices, in order, each on each of its slice's ports.
 * @param usePodNames the option endpoint_pod_names: hostname, else pod name, else dashed address
 */
export function endpointItems(
  slices: readonly EndpointSlice[],
  usePodNames: boolean,
): EndpointItem[] {
  const items: EndpointItem[] = [];
  for (const slice of slices) {
    if (!hasAddresses(slice)) continue;
    const ports = slice.ports.length === 0 ? NO_PORTS : slice.ports;
    for (const endpoint of slice.endpoints) {
      if (!endpoint.ready) continue;
      const label = labelOf(endpoint, usePodNames);
      for (const address of endpoint.addresses) {
        const hostname = label ?? dashedAddress(address);
        for (const port of ports) items.push({ address, hostname, port });
      }
    }
  }
  return items;
}

export const isIPv6 = (address: string): boolean => address.includes(":");
