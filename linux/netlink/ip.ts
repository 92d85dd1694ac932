import { FairleadError } from "#observe/errors.ts";
import { ipText } from "../ip-text.ts";
import { AF_INET, AF_INET6 } from "../udp/abi.ts";
import { addressBytes, familyOf } from "../udp/sockaddr.ts";
import { NetlinkFormatError } from "./errors.ts";

export type IpFamily = 4 | 6;

/** A network: its address as it was written, with the bits of the host in it. */
export interface Prefix {
  readonly family: IpFamily;
  readonly bytes: Buffer;
  readonly lengthBits: number;
}

/** AF_INET or AF_INET6. */
export function addressFamily(family: IpFamily): number {
  return family === 4 ? AF_INET : AF_INET6;
}

/** Undefined for families that are neither. */
export function ipFamily(addressFamilyNumber: number): IpFamily | undefined {
  if (addressFamilyNumber === AF_INET) return 4;
  return addressFamilyNumber === AF_INET6 ? 6 : undefined;
}

/**
 * The 4 or 16 bytes of an address in network order.
 * @throws FairleadError FL-L004 when it is none
 */
export function encodeIp(address: string): Buffer {
  return addressBytes(address);
}

/** In the usual text form (RFC 5952). */
export function decodeIp(bytes: Uint8Array): string {
  if (bytes.length === 4 || bytes.length === 16) return ipText(bytes);
  throw new NetlinkFormatError(`an IP address of ${bytes.length} bytes`);
}

/**
 * "10.1.0.0/16"; without a length the address alone.
 * @throws FairleadError FL-L004 when it is no prefix
 */
export function encodePrefix(text: string): Prefix {
  const [address = "", length] = text.split("/");
  const family = familyOf(address);
  const longest = family === 4 ? 32 : 128;
  const lengthBits = length === undefined ? longest : Number(length);
  if (text.split("/").length > 2 || length === "" || !(lengthBits >= 0 && lengthBits <= longest))
    throw new FairleadError(
      "FL-L004",
      `"${text}" is no network; write it as 10.1.0.0/16 or 2001:db8::/64`,
    );
  return { family, bytes: encodeIp(address), lengthBits };
}

/**
 * The six bytes of a MAC address.
 * @throws FairleadError FL-L004 when it is none
 */
export function encodeMac(mac: string): Buffer {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(mac))
    throw new FairleadError("FL-L004", `"${mac}" is no MAC address; write it as 02:42:0a:01:00:05`);
  return Buffer.from(mac.replaceAll(":", ""), "hex");
}

/** "02:42:0a:01:00:05"; "" for links that have none. */
export function decodeMac(bytes: Buffer): string {
  return (bytes.toString("hex").match(/../g) ?? []).join(":");
}
