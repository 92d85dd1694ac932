import { isIPv6 } from "node:net";
import type {
  EndpointAddress,
  EndpointSubset,
  IpFamily,
  SliceEndpoint,
  SlicePort,
} from "../../kinds/types.ts";
import type { EndpointGroup } from "../endpoint-slices/desired.ts";

const families: readonly IpFamily[] = ["IPv4", "IPv6"];

/** The endpoints of an Endpoints object that someone else writes, as slices want them. */
export function mirroredGroups(subsets: readonly EndpointSubset[]): EndpointGroup[] {
  return subsets.flatMap((subset) => {
    const endpoints = endpointsOf(subset);
    const ports = (subset.ports ?? []).map(portOf);
    return families
      .map((addressType) => ({
        addressType,
        ports,
        endpoints: endpoints.filter(
          ({ addresses }) => isIPv6(addresses[0]) === (addressType === "IPv6"),
        ),
      }))
      .filter((group) => group.endpoints.length > 0);
  });
}

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): SliceEndpoint[] {
  return [
    ...addresses.map((address) => endpointOf(address, true)),
    ...notReadyAddresses.map((address) => endpointOf(address, false)),
  ];
}

function endpointOf(
  { ip, hostname, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): SliceEndpoint {
  return {
    addresses: [ip],
    conditions: { ready, serving: ready, terminating: false },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}

function portOf({ name = "", protocol = "TCP", ...rest }: Partial<SlicePort>): SlicePort {
  return { name, protocol, ...rest };
}
