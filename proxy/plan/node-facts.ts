/** What plans need to know of the node, from its object and from the addresses of its interfaces. */
import type { Node } from "#cluster/contract.ts";
import type { IpFamily, NodeFacts } from "../contract.ts";
import { familyOf } from "./addresses.ts";
import { type NodePortSelection, selectNodePortAddresses } from "./node-port-addresses.ts";

const zoneLabel = "topology.kubernetes.io/zone";

export interface NodeSources {
  readonly name: string;
  /** Undefined while the API server knows no such node. */
  readonly node: Node | undefined;
  /** Canonical addresses of all interfaces. */
  readonly interfaceAddresses: readonly string[];
  readonly selection: NodePortSelection;
}

export function nodeFacts({ name, node, interfaceAddresses, selection }: NodeSources): NodeFacts {
  const primary = primaryAddresses(node);
  const addresses = [...new Set([...interfaceAddresses, ...Object.values(primary)])].sort();
  return {
    name,
    zone: node?.labels[zoneLabel] || undefined,
    primary,
    nodePortAddresses: selectNodePortAddresses(selection, addresses, primary),
    addresses,
  };
}

/** The first InternalIP of each family, else the first ExternalIP, as kube-proxy takes them. */
function primaryAddresses(node: Node | undefined): NodeFacts["primary"] {
  const first = (family: IpFamily): string | undefined => {
    for (const wanted of ["InternalIP", "ExternalIP"]) {
      const found = node?.addresses.find(
        ({ type, address }) => type === wanted && familyOf(address) === family,
      );
      if (found !== undefined) return found.address;
    }
    return undefined;
  };
  const [v4, v6] = [first(4), first(6)];
  return { ...(v4 === undefined ? {} : { 4: v4 }), ...(v6 === undefined ? {} : { 6: v6 }) };
}

export function sameFacts(a: NodeFacts, b: NodeFacts): boolean {
  return (
    a.name === b.name &&
    a.zone === b.zone &&
    a.primary[4] === b.primary[4] &&
    a.primary[6] === b.primary[6] &&
    sameTexts(a.addresses, b.addresses) &&
    sameTexts(a.nodePortAddresses[4], b.nodePortAddresses[4]) &&
    sameTexts(a.nodePortAddresses[6], b.nodePortAddresses[6])
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
