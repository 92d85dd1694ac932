import { isIP } from "node:net";
import type { KubeObject } from "../contract.ts";
import type { ServiceSpec } from "../kinds/types.ts";
import type { Collection } from "../store/collection.ts";
import { canonicalAddress } from "./address-range.ts";

/**
 * Which ClusterIPs and NodePorts the stored Services hold. It follows the collection inside each commit, so it never
 * lags and nothing has to be given back when a write is refused.
 */
export class UsedByServices {
  readonly #holders = new Map<string, string>();

  constructor(services: Collection) {
    services.observe(({ type, before, after }) => {
      for (const held of before === undefined ? [] : holdings(before.object))
        this.#holders.delete(held);
      if (type === "DELETED") return;
      for (const held of holdings(after.object)) this.#holders.set(held, after.key);
    });
  }

  /** "namespace/name" of the Service that has the address, if any. */
  holderOfAddress(address: string): string | undefined {
    return this.#holders.get(canonicalAddress(address));
  }

  /** "namespace/name" of the Service that has the NodePort, if any. */
  holderOfPort(protocol: string, port: number): string | undefined {
    return this.#holders.get(`${protocol}/${port}`);
  }
}

function holdings(service: KubeObject): string[] {
  const { clusterIPs = [], ports = [] } = service.spec as ServiceSpec;
  const addresses = clusterIPs.filter((address) => isIP(address) !== 0).map(canonicalAddress);
  const nodePorts = ports.filter((port) => port.nodePort !== undefined);
  return [...addresses, ...nodePorts.map(({ protocol, nodePort }) => `${protocol}/${nodePort}`)];
}
