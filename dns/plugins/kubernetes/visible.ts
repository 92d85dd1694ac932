/** Which changes of an object can be seen in names: what proxies alone read of it is none. */
import type { Endpoint, EndpointSlice, Service, Update } from "#cluster/contract.ts";

export function isServiceChangeVisible({ before, after }: Update<Service>): boolean {
  return !(
    before.type === after.type &&
    before.headless === after.headless &&
    before.externalName === after.externalName &&
    sameItems(before.clusterIPs, after.clusterIPs) &&
    sameItems(before.ports, after.ports, samePorts)
  );
}

export function isSliceChangeVisible({ before, after }: Update<EndpointSlice>): boolean {
  return !(
    before.serviceName === after.serviceName &&
    before.addressType === after.addressType &&
    sameItems(before.ports, after.ports, samePorts) &&
    sameItems(before.endpoints, after.endpoints, sameEndpoints)
  );
}

interface Port {
  readonly name: string;
  readonly protocol: string;
  readonly port?: number | undefined;
}

function samePorts(a: Port, b: Port): boolean {
  return a.port === b.port && a.name === b.name && a.protocol === b.protocol;
}

function sameEndpoints(a: Endpoint, b: Endpoint): boolean {
  return (
    a.ready === b.ready &&
    a.hostname === b.hostname &&
    a.podName === b.podName &&
    sameItems(a.addresses, b.addresses)
  );
}

function sameItems<T>(
  a: readonly T[],
  b: readonly T[],
  same: (a: T, b: T) => boolean = Object.is,
): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => same(item, b[index] as T))); // lengths match
}
