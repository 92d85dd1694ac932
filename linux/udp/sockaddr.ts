import { FairleadError } from "#observe/errors.ts";
import type { DatagramAddress } from "../contract.ts";
import { ipBytes, ipText, isIP, isIPv4, withoutMapping } from "../ip-text.ts";
import { AF_INET, AF_INET6, SOCKADDR_IN_BYTES, SOCKADDR_IN6_BYTES } from "./abi.ts";
import { zoneIndex, zoneName } from "./zone.ts";

/**
 * A struct sockaddr_in or sockaddr_in6 (16 or 28 bytes) for the address, IPv4 in its v4-mapped form where `family`
 * asks for 6 (RFC 4291 §2.5.5.2).
 * @throws FairleadError FL-L004 when the address is no IP address
 */
export function encodeSockaddr(
  { address, port }: Omit<DatagramAddress, "family">,
  family: 4 | 6 = familyOf(address),
): Buffer {
  return family === 4 ? encode4(address, port) : encode6(address, port);
}

/** The reverse; a v4-mapped address is given as the IPv4 address that it stands for. */
export function decodeSockaddr(bytes: Uint8Array): DatagramAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const port = view.getUint16(2);
  if (view.getUint16(0, true) === AF_INET)
    return { family: 4, address: ipText(bytes.subarray(4, 8)), port };
  const ip = withoutMapping(bytes.subarray(8, 24));
  if (ip.length === 4) return { family: 4, address: ipText(ip), port };
  const scope = view.getUint32(24, true);
  const zone = scope === 0 ? "" : `%${zoneName(scope)}`;
  return { family: 6, address: ipText(ip) + zone, port };
}

/**
 * Family that an address in text is of.
 * @throws FairleadError FL-L004 when it is no IP address
 */
export function familyOf(address: string): 4 | 6 {
  const family = isIP(address);
  if (family === 0) throw noAddress(address);
  return family;
}

/**
 * The 4 or 16 bytes of an address in network order, without its zone.
 * @throws FairleadError FL-L004 when it is no IP address
 */
export function addressBytes(address: string): Buffer {
  const bytes = ipBytes(address);
  if (bytes === undefined) throw noAddress(address);
  return bytes;
}

const noAddress = (text: string): FairleadError =>
  new FairleadError(
    "FL-L004",
    `"${text}" is no IP address; write it as 192.0.2.1, 2001:db8::1 or fe80::1%eth0`,
  );

/** "192.0.2.1:53" or "[2001:db8::1]:53". */
export function formatListener({ address, port }: Omit<DatagramAddress, "family">): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function encode4(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(SOCKADDR_IN_BYTES);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(address), 4);
  return bytes;
}

function encode6(address: string, port: number): Buffer {
  const text = isIPv4(address) ? `::ffff:${address}` : address;
  const [, zone] = text.split("%");
  const bytes = Buffer.alloc(SOCKADDR_IN6_BYTES);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(text), 8);
  if (zone !== undefined) bytes.writeUInt32LE(zoneIndex(zone), 24);
  return bytes;
}
