import type { Fields } from "../json.ts";
import {
  type Address,
  bitsOf,
  formatAddress,
  isInSubnet,
  parseAddress,
  parsePrefix,
  type Subnet,
  subnetOf,
} from "./address.ts";

/** A stretch of one subnet that addresses are given from. */
export interface Range {
  readonly subnet: Subnet;
  readonly start: bigint;
  readonly end: bigint;
  /** Never given away. */
  readonly gateway: Address;
}

/** Ranges of one family; an interface gets one address from each set. */
export type RangeSet = readonly Range[];

/**
 * A range as `{subnet, rangeStart, rangeEnd, gateway}`. Without the others it is all of the subnet but the network's
 * own address and, in IPv4, the broadcast; the gateway is the first address.
 * @throws CniError 7 naming key and value
 */
export function parseRange(fields: Fields): Range {
  const subnet = parseSubnet(fields);
  const { family, first, last } = subnet;
  const edge = family === 4 ? last - 1n : last;
  const start = parseBound(fields, "rangeStart", subnet)?.value ?? first + 1n;
  const end = parseBound(fields, "rangeEnd", subnet)?.value ?? edge;
  if (start > end)
    throw fields.fault(
      "rangeStart",
      `${formatAddress({ family, value: start })} lies behind rangeEnd ${formatAddress({ family, value: end })}`,
    );
  const gateway = parseGateway(fields) ?? { family, value: first + 1n };
  return { subnet, start, end, gateway };
}

/** "10.1.2.2-10.1.2.254". */
export function formatRange({ subnet: { family }, start, end }: Range): string {
  return `${formatAddress({ family, value: start })}-${formatAddress({ family, value: end })}`;
}

export const formatRangeSet = (set: RangeSet): string => set.map(formatRange).join(",");

export function contains({ subnet, start, end }: Range, { family, value }: Address): boolean {
  return family === subnet.family && value >= start && value <= end;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.subnet.family === b.subnet.family && a.start <= b.end && b.start <= a.end;
}

/** How many addresses the set can give. */
export function capacityOf(set: RangeSet): bigint {
  return set.reduce((sum, range) => {
    const reserved = contains(range, range.gateway) ? 1n : 0n;
    return sum + range.end - range.start + 1n - reserved;
  }, 0n);
}

function parseSubnet(fields: Fields): Subnet {
  const text = fields.text("subnet");
  if (!text) throw fields.fault("subnet", "is missing; a range needs one, such as 10.1.2.0/24");
  const prefix = parsePrefix(text);
  if (prefix === undefined)
    throw fields.fault("subnet", `"${text}" is no prefix such as 10.1.2.0/24 or fd00::/64`);
  const { address, prefixLength } = prefix;
  const subnet = subnetOf(address, prefixLength);
  if (prefixLength > bitsOf(address.family) - 2)
    throw fields.fault("subnet", `network ${text} too small to allocate from`);
  if (subnet.first !== address.value)
    throw fields.fault(
      "subnet",
      `${text} has host bits set; the network is ${formatAddress({ family: subnet.family, value: subnet.first })}/${prefixLength}`,
    );
  return subnet;
}

function parseBound(
  fields: Fields,
  key: "rangeStart" | "rangeEnd",
  subnet: Subnet,
): Address | undefined {
  const address = parseAddressAt(fields, key);
  if (address === undefined || isInSubnet(address, subnet)) return address;
  throw fields.fault(key, `${formatAddress(address)} not in network ${fields.text("subnet")}`);
}

function parseGateway(fields: Fields): Address | undefined {
  return parseAddressAt(fields, "gateway");
}

function parseAddressAt(fields: Fields, key: string): Address | undefined {
  const text = fields.text(key);
  if (!text) return undefined;
  const address = parseAddress(text);
  if (address === undefined) throw fields.fault(key, `"${text}" is no IP address`);
  return address;
}
