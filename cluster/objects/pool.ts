import type { EndpointHints, EndpointPort, ServicePort, ServiceTraffic } from "../contract.ts";

/** More distinct values than this and a pool starts anew: values shared so far stay shared, and memory stays bounded. */
const POOL_ENTRIES = 1 << 16;

/**
 * Shares equal strings, port lists and other small parts between objects: one copy of each namespace, node, zone and
 * port name instead of one per object that mentions it.
 */
export class Pool {
  readonly #texts = new Map<string, string>();
  readonly #servicePorts = new Map<string, readonly ServicePort[]>();
  readonly #endpointPorts = new Map<string, readonly EndpointPort[]>();
  readonly #hints = new Map<string, EndpointHints>();
  readonly #traffic = new Map<string, ServiceTraffic>();

  text(text: string): string {
    return share(this.#texts, text, text);
  }

  optionalText(text: string | undefined): string | undefined {
    return text === undefined ? undefined : share(this.#texts, text, text);
  }

  servicePorts(ports: readonly ServicePort[]): readonly ServicePort[] {
    return share(this.#servicePorts, servicePortsKey(ports), ports);
  }

  endpointPorts(ports: readonly EndpointPort[]): readonly EndpointPort[] {
    return share(this.#endpointPorts, keyOf(ports), ports);
  }

  hints(hints: EndpointHints): EndpointHints {
    return share(this.#hints, `${hints.forZones.join()} ${hints.forNodes.join()}`, hints);
  }

  traffic(traffic: ServiceTraffic): ServiceTraffic {
    return share(this.#traffic, JSON.stringify(traffic), traffic);
  }
}

function servicePortsKey(ports: readonly ServicePort[]): string {
  let key = keyOf(ports);
  for (const port of ports) key += ` ${port.nodePort}`;
  return key;
}

function keyOf(ports: readonly EndpointPort[]): string {
  let key = "";
  for (const port of ports) key += `${port.name}/${port.protocol}/${port.port ?? ""} `;
  return key;
}

function share<T>(pool: Map<string, T>, key: string, value: T): T {
  const known = pool.get(key);
  if (known !== undefined) return known;
  if (pool.size >= POOL_ENTRIES) pool.clear();
  pool.set(key, value);
  return value;
}
