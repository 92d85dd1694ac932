/**
 * Which names an address points back to: owners relative to a zone, such as "svc1.testns.svc". Cost of a change depends
 * on the service changed alone.
 */

type Owners = string | string[];

function addOwner(index: Map<string, Owners>, address: string, owner: string): void {
  const owners = index.get(address);
  if (owners === undefined) index.set(address, owner);
  else if (typeof owners === "string") index.set(address, [owners, owner]);
  else owners.push(owner);
}

function removeOwner(index: Map<string, Owners>, address: string, owner: string): void {
  const owners = index.get(address);
  if (owners === undefined) return;
  if (typeof owners === "string") {
    if (owners === owner) index.delete(address);
    return;
  }
  const at = owners.indexOf(owner);
  if (at >= 0) owners.splice(at, 1);
  if (owners.length === 1) index.set(address, owners[0] as string);
}

const ownersOf = (owners: Owners | undefined): readonly string[] =>
  owners === undefined ? [] : typeof owners === "string" ? [owners] : owners;

export class ReverseIndex {
  readonly #clusterIPs = new Map<string, Owners>();
  readonly #endpoints = new Map<string, Owners>();

  addClusterIP(address: string, owner: string): void {
    addOwner(this.#clusterIPs, address, owner);
  }

  removeClusterIP(address: string, owner: string): void {
    removeOwner(this.#clusterIPs, address, owner);
  }

  addEndpoint(address: string, owner: string): void {
    addOwner(this.#endpoints, address, owner);
  }

  removeEndpoint(address: string, owner: string): void {
    removeOwner(this.#endpoints, address, owner);
  }

  /**
   * The service with that ClusterIP, else every endpoint name; empty when the address is unknown. In the order of the
   * alphabet, the first of several services: servers of one cluster say the same, whatever came to them first.
   */
  pointers(address: string): readonly string[] {
    const service = ownersOf(this.#clusterIPs.get(address)).toSorted()[0];
    return service === undefined ? this.endpointNames(address) : [service];
  }

  endpointNames(address: string): readonly string[] {
    return [...new Set(ownersOf(this.#endpoints.get(address)))].sort();
  }
}
