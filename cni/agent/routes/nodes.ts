import type { Node } from "#cluster/contract.ts";
import { decodeIp, encodePrefix, type IpFamily } from "#linux/netlink/ip.ts";
import type { RoutedNode } from "./contract.ts";

export const familyOf = (text: string): IpFamily => (text.includes(":") ? 6 : 4);

/** A Node as the routes see it; what cannot be read is left out and told. */
export function routedNode(node: Pick<Node, "name" | "addresses" | "podCIDRs">): {
  readonly node: RoutedNode;
  readonly problems: readonly string[];
} {
  const internal = node.addresses.filter(({ type }) => type === "InternalIP");
  const first = (family: IpFamily): { readonly [F in IpFamily]?: string } => {
    const found = internal.find(({ address }) => familyOf(address) === family);
    return found === undefined ? {} : { [family]: found.address };
  };
  const problems: string[] = [];
  const podCidrs = node.podCIDRs.flatMap((text) => {
    const network = networkOf(text);
    if (network === undefined) problems.push(`node ${node.name}: podCIDR "${text}" is no network`);
    return network === undefined ? [] : [network];
  });
  return { node: { name: node.name, addresses: { ...first(4), ...first(6) }, podCidrs }, problems };
}

/** "10.244.1.0/24" for "10.244.1.7/24"; undefined for what is no network. */
export function networkOf(text: string): string | undefined {
  try {
    const { bytes, lengthBits } = encodePrefix(text);
    return `${decodeIp(masked(bytes, lengthBits))}/${lengthBits}`;
  } catch {
    return undefined;
  }
}

/** Whether the address is in the network of `prefix`, an address with a length. */
export function isWithin(address: string, prefix: string): boolean {
  if (familyOf(address) !== familyOf(prefix)) return false;
  const { bytes, lengthBits } = encodePrefix(prefix);
  const other = encodePrefix(address).bytes;
  return masked(bytes, lengthBits).equals(masked(other, lengthBits));
}

function masked(bytes: Buffer, lengthBits: number): Buffer {
  return Buffer.from(
    bytes.map((byte, index) => {
      const kept = Math.min(8, Math.max(0, lengthBits - index * 8));
      return byte & (0xff << (8 - kept));
    }),
  );
}
