import ipaddr from "ipaddr.js";
import { canonicalAddress } from "#cluster/objects/address.ts";
import type { IpFamily } from "../contract.ts";

/** Of a canonical address. */
export function familyOf(address: string): IpFamily {
  return address.includes(":") ? 6 : 4;
}

/** What keeps a canonical address from being a Service's or an endpoint's; undefined where nothing does. */
export function unusable(address: string): string | undefined {
  return familyOf(address) === 4 ? unusableIPv4(address) : unusableIPv6(address);
}

function unusableIPv4(address: string): string | undefined {
  if (address.startsWith("127.")) return "loopback";
  if (address.startsWith("169.254.")) return "link-local";
  if (address.startsWith("0.")) return "unspecified";
  if (address === "255.255.255.255") return "broadcast";
  const first = Number(address.slice(0, address.indexOf(".")));
  return first >= 224 && first <= 239 ? "multicast" : undefined;
}

function unusableIPv6(address: string): string | undefined {
  if (address === "::1") return "loopback";
  if (address === "::") return "unspecified";
  if (/^fe[89ab]/.test(address)) return "link-local";
  return address.startsWith("ff") ? "multicast" : undefined;
}

/** A range of addresses with its host bits cleared. */
export interface Cidr {
  readonly family: IpFamily;
  /** Canonical text, for example "10.0.0.0/8". */
  readonly text: string;
  readonly prefixLength: number;
  /** True for every canonical address in the range. */
  contains(address: string): boolean;
}

/** Undefined for what is no CIDR. */
export function parseCidr(text: string): Cidr | undefined {
  const [, head = "", digits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = canonicalAddress(head);
  if (address === undefined) return undefined;
  const family = familyOf(address);
  const prefixLength = Number(digits);
  if (prefixLength > (family === 4 ? 32 : 128)) return undefined;
  const cidr = `${address}/${prefixLength}`;
  const network =
    family === 4
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return {
    family,
    text: `${canonicalAddress(network.toString())}/${prefixLength}`,
    prefixLength,
    contains: (other) =>
      familyOf(other) === family && ipaddr.parse(other).match(network, prefixLength),
  };
}

/** The ranges without those that lie within another, in order of their text. */
export function withoutContained(ranges: readonly Cidr[]): readonly Cidr[] {
  const widestFirst = [...ranges].sort((a, b) => a.prefixLength - b.prefixLength);
  const kept: Cidr[] = [];
  for (const range of widestFirst) {
    const start = range.text.slice(0, range.text.indexOf("/"));
    if (!kept.some((wider) => wider.contains(start))) kept.push(range);
  }
  return kept.sort((a, b) => (a.text < b.text ? -1 : 1));
}
