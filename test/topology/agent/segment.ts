import ipaddr from "ipaddr.js";
import { errno, loadFunctions } from "#linux/ffi.ts";
import type { SegmentRequest } from "../contract.ts";
import { socketAddress } from "./sctp.ts";

interface RawSockets {
  socket(domain: number, type: number, protocol: number): number;
  sendto(
    fd: number,
    data: Uint8Array,
    sizeBytes: number,
    flags: number,
    name: Uint8Array,
    nameBytes: number,
  ): number;
  close(fd: number): number;
}

const AF_INET = 2;
const SOCK_RAW = 3;
const IPPROTO_RAW = 255;
const PROTOCOL_TCP = 6;
const ACK = 0x10;

/** A bare ACK through a raw socket. @throws Error with the errno when the kernel does not take it */
export async function injectSegment(request: SegmentRequest): Promise<void> {
  const { socket, sendto, close } = loadFunctions<RawSockets>({
    socket: "int socket(int, int, int)",
    sendto: "long sendto(int, const void *, size_t, int, const void *, unsigned int)",
    close: "int close(int)",
  });
  const fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) throw new Error(`no raw socket: errno ${errno()}`);
  const packet = encodeSegment(request);
  const name = socketAddress(request.destination, 0);
  const sent = sendto(fd, packet, packet.length, 0, name, name.length);
  const number = errno();
  close(fd);
  if (sent !== packet.length) throw new Error(`the segment was not sent: errno ${number}`);
}

/** The IPv4 and TCP headers (RFC 791, RFC 9293); the kernel fills in the IP header's length, id and checksum. */
function encodeSegment(request: SegmentRequest): Buffer {
  const source = ipaddr.parse(request.source).toByteArray();
  const destination = ipaddr.parse(request.destination).toByteArray();
  const ip = Buffer.alloc(20);
  ip.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, PROTOCOL_TCP]);
  ip.set(source, 12);
  ip.set(destination, 16);
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(request.sourcePort, 0);
  tcp.writeUInt16BE(request.destinationPort, 2);
  tcp.writeUInt32BE(request.sequence >>> 0, 4);
  tcp.writeUInt32BE(request.acknowledgement >>> 0, 8);
  tcp.set([0x50, ACK, 0x10, 0], 12);
  const pseudo = Buffer.from([...source, ...destination, 0, PROTOCOL_TCP, 0, tcp.length]);
  tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16);
  return Buffer.concat([ip, tcp]);
}

/** RFC 1071, over an even number of bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < bytes.length; offset += 2) sum += bytes.readUInt16BE(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
