import ipaddr from "ipaddr.js";
import type { Protocol } from "#cluster/contract.ts";
import type { IpFamily, PlanEndpoint } from "../contract.ts";

/**
 * Keys and data of elements as linux/nft wants them: parts padded to 4 bytes, addresses and ports in network order,
 * numbers for `meta priority` in host order.
 */

const protocolNumbers: { readonly [P in Protocol]: number } = { TCP: 6, UDP: 17, SCTP: 132 };

export function addressBytes(family: IpFamily): number {
  return family === 4 ? 4 : 16;
}

/** Writes an address in canonical text; IPv4 is read by hand, as cold loads write hundreds of thousands. */
export function writeAddress(
  target: Uint8Array,
  at: number,
  address: string,
  family: IpFamily,
): number {
  if (family === 6) {
    target.set(ipaddr.IPv6.parse(address).toByteArray(), at);
    return at + 16;
  }
  let octet = 0;
  let index = at;
  for (let i = 0; i < address.length; i++) {
    const digit = address.charCodeAt(i) - 48;
    if (digit >= 0) octet = octet * 10 + digit;
    else {
      target[index++] = octet;
      octet = 0;
    }
  }
  target[index] = octet;
  return at + 4;
}

/** `ip daddr . meta l4proto . th dport` */
export interface FrontendKey {
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** A frontend's key, with room for more parts behind it. */
export function frontendKey(frontend: FrontendKey, family: IpFamily, moreBytes = 0): Uint8Array {
  const key = new Uint8Array(addressBytes(family) + 8 + moreBytes);
  const at = writeAddress(key, 0, frontend.address, family);
  key[at] = protocolNumbers[frontend.protocol];
  key[at + 4] = frontend.port >> 8;
  key[at + 5] = frontend.port;
  return key;
}

export function addressKey(address: string, family: IpFamily): Uint8Array {
  const key = new Uint8Array(addressBytes(family));
  writeAddress(key, 0, address, family);
  return key;
}

/** Host order: what `meta priority` holds. */
export function writeNumber(target: Uint8Array, at: number, value: number): void {
  // By hand, as a view for each of hundreds of thousands of numbers costs more than the rest of a key.
  for (let byte = 0; byte < 4; byte++)
    target[at + (littleEndian ? byte : 3 - byte)] = value >>> (8 * byte);
}

export function readNumber(source: Uint8Array, at: number): number {
  let value = 0;
  for (let byte = 3; byte >= 0; byte--)
    value = value * 256 + (source[at + (littleEndian ? byte : 3 - byte)] ?? 0);
  return value;
}

export function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeNumber(bytes, 0, value);
  return bytes;
}

/** `ip daddr . th dport` of a backend. */
export function endpointData(endpoint: PlanEndpoint, family: IpFamily): Uint8Array {
  const data = new Uint8Array(addressBytes(family) + 4);
  const at = writeAddress(data, 0, endpoint.address, family);
  data[at] = endpoint.port >> 8;
  data[at + 1] = endpoint.port;
  return data;
}

/** What endpointData() wrote, as text and number. */
export function readEndpoint(
  data: Uint8Array,
  family: IpFamily,
): { readonly address: string; readonly port: number } {
  const at = addressBytes(family);
  const address =
    family === 4
      ? `${data[0]}.${data[1]}.${data[2]}.${data[3]}`
      : new ipaddr.IPv6([...data.subarray(0, at)]).toRFC5952String();
  return { address, port: (data[at] ?? 0) * 256 + (data[at + 1] ?? 0) };
}

export function port(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff, 0, 0);
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
