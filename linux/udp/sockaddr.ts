import ipaddr from "ipaddr.js";
import { FairleadError } from "#observe/errors.ts";
import type { DatagramAddress } from "../contract.ts";
import { isIP } from "../is-ip.ts";
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
    return { family: 4, address: bytes.subarray(4, 8).join("."), port };
  const ip = new ipaddr.IPv6([...bytes.subarray(8, 24)]);
  if (ip.isIPv4MappedAddress()) return { family: 4, address: ip.toIPv4Address().toString(), port };
  const scope = view.getUint32(24, true);
  const zone = scope === 0 ? "" : `%${zoneName(scope)}`;
  return { family: 6, address: ip.toRFC5952String() + zone, port };
}

/**
 * Family that an address in text is of.
 * @throws FairleadError FL-L004 when it is no IP address
 */
export function familyOf(address: string): 4 | 6 {
  const family = isIP(address);
  if (family === 4 || family === 6) return family;
  throw new FairleadError(
    "FL-L004",
    `"${address}" is no IP address; write it as 192.0.2.1, 2001:db8::1 or fe80::1%eth0`,
  );
}

/** "192.0.2.1:53" or "[2001:db8::1]:53". */
export function formatListener({ address, port }: Omit<DatagramAddress, "family">): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function encode4(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(SOCKADDR_IN_BYTES);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(address.split(".").map(Number), 4);
  return bytes;
}

function encode6(address: string, port: number): Buffer {
  const [text = "", zone] = (isIP(address) === 4 ? `::ffff:${address}` : address).split("%");
  const bytes = Buffer.alloc(SOCKADDR_IN6_BYTES);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(ipaddr.IPv6.parse(text).toByteArray(), 8);
  if (zone !== undefined) bytes.writeUInt32LE(zoneIndex(zone), 24);
  return bytes;
}
