import { decodeIp } from "../ip.ts";
import type { IpHeader } from "./contract.ts";

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const FRAGMENT = 44;
/** Hop-by-hop options, routing, destination options: next header (u8), length in 8 bytes less one (u8). */
const skippedExtensions: ReadonlySet<number> = new Set([0, 43, 60]);

/** Addresses, protocol and ports of a packet (RFC 791, RFC 8200); undefined when it is cut before the addresses end. */
export function readIpHeader(packet: Buffer): IpHeader | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4 && packet.length >= 20) return readIpv4(packet);
  if (version === 6 && packet.length >= 40) return readIpv6(packet);
  return undefined;
}

function readIpv4(packet: Buffer): IpHeader {
  const protocol = packet.readUInt8(9);
  const isFirst = (packet.readUInt16BE(6) & 0x1fff) === 0;
  return {
    family: 4,
    source: decodeIp(packet.subarray(12, 16)),
    destination: decodeIp(packet.subarray(16, 20)),
    protocol,
    ...readPorts(packet, isFirst ? (packet.readUInt8(0) & 0xf) * 4 : packet.length, protocol),
  };
}

function readIpv6(packet: Buffer): IpHeader {
  let protocol = packet.readUInt8(6);
  let start = 40;
  while (start + 8 <= packet.length) {
    if (skippedExtensions.has(protocol)) {
      protocol = packet.readUInt8(start);
      start += (packet.readUInt8(start + 1) + 1) * 8;
    } else if (protocol === FRAGMENT) {
      protocol = packet.readUInt8(start);
      const isFirst = (packet.readUInt16BE(start + 2) & 0xfff8) === 0;
      start = isFirst ? start + 8 : packet.length;
    } else break;
  }
  return {
    family: 6,
    source: decodeIp(packet.subarray(8, 24)),
    destination: decodeIp(packet.subarray(24, 40)),
    protocol,
    ...readPorts(packet, start, protocol),
  };
}

function readPorts(
  packet: Buffer,
  start: number,
  protocol: number,
): Pick<IpHeader, "sourcePort" | "destinationPort"> {
  const hasPorts = protocol === TCP || protocol === UDP || protocol === SCTP;
  if (!hasPorts || start + 4 > packet.length)
    return { sourcePort: undefined, destinationPort: undefined };
  return {
    sourcePort: packet.readUInt16BE(start),
    destinationPort: packet.readUInt16BE(start + 2),
  };
}
