import { type DatagramAddress, ORIGIN_BYTES } from "../contract.ts";
import { decodeSockaddr, encodeSockaddr } from "./sockaddr.ts";

/** Places within the ORIGIN_BYTES of an origin, as contract.ts lays them out. */
export const ORIGIN_NAME_LENGTH = 28;
export const ORIGIN_CONTROL = 32;
export const ORIGIN_CONTROL_LENGTH = 72;

/** Who sent the datagram, for logs and plugins. A v4-mapped address is shown as the IPv4 address. */
export function formatOrigin(origin: Uint8Array): DatagramAddress {
  return decodeSockaddr(origin.subarray(0, origin[ORIGIN_NAME_LENGTH]));
}

/**
 * The origin of a datagram from that address, with the local address left to the kernel. `family` is that of the
 * socket it will be sent through, when it is not the address's own.
 */
export function encodeOrigin(peer: Omit<DatagramAddress, "family">, family?: 4 | 6): Buffer {
  const name = encodeSockaddr(peer, family);
  const origin = Buffer.alloc(ORIGIN_BYTES);
  origin.set(name);
  origin.writeUInt32LE(name.length, ORIGIN_NAME_LENGTH);
  return origin;
}
