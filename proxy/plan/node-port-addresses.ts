/** Which addresses of the node answer NodePorts (kube-proxy: --nodeport-addresses). */
import { FairleadError } from "#observe/errors.ts";
import { type Cidr, familyOf, parseCidr, unusable } from "./addresses.ts";

export interface NodePortSelection {
  /** The node's primary address of each family. */
  readonly primary: boolean;
  readonly cidrs: readonly Cidr[];
}

/** kube-proxy's default in its nftables mode. */
const primaryAlone: NodePortSelection = { primary: true, cidrs: [] };

/**
 * Reads the list of a configuration: CIDRs, `primary`, `all`; empty is `primary`.
 * @param source names the key or flag in errors
 * @throws FairleadError FL-P001 for what is none of them, and for `localhost`
 */
export function parseNodePortAddresses(
  values: readonly string[],
  source: string,
): NodePortSelection {
  if (values.length === 0) return primaryAlone;
  const words = values.flatMap((value) => (value === "all" ? ["0.0.0.0/0", "::/0"] : [value]));
  return {
    primary: words.includes("primary"),
    cidrs: words.filter((word) => word !== "primary").map((word) => cidrOf(word, source)),
  };
}

function cidrOf(word: string, source: string): Cidr {
  const cidr = parseCidr(word);
  if (cidr !== undefined) return cidr;
  const problem =
    word === "localhost"
      ? "NodePorts on loopback addresses need a proxy in user space and are not supported; connect to an address of the node"
      : `"${word}" is no CIDR, and neither primary nor all`;
  throw new FairleadError("FL-P001", `${source}: ${problem}`);
}

/**
 * The addresses by family, sorted. Loopback addresses never answer, whatever the ranges: the kernel would drop what
 * leaves them for an endpoint.
 * @param addresses all of the node, canonical
 */
export function selectNodePortAddresses(
  selection: NodePortSelection,
  addresses: readonly string[],
  primary: { readonly 4?: string; readonly 6?: string },
): { readonly 4: readonly string[]; readonly 6: readonly string[] } {
  const chosen = (address: string) => selection.cidrs.some((cidr) => cidr.contains(address));
  const own = selection.primary ? [primary[4] ?? [], primary[6] ?? []].flat() : [];
  const all = new Set([...own, ...addresses.filter(chosen)]);
  const usable = [...all].filter((address) => unusable(address) !== "loopback").sort();
  return {
    4: usable.filter((address) => familyOf(address) === 4),
    6: usable.filter((address) => familyOf(address) === 6),
  };
}
