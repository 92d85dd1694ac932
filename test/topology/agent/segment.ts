import { setTimeout as sleep } from "node:timers/promises";
import ipaddr from "ipaddr.js";
import { errno, loadFunctions } from "#linux/ffi.ts";
import type { StraySegmentRequest } from "../contract.ts";
import { socketAddress } from "./sctp.ts";

interface RawSockets {
  socket(domain: number, type: number, protocol: number): number;
  recv(fd: number, data: Uint8Array, sizeBytes: number, flags: number): number;
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
const PROTOCOL_TCP = 6;
const MSG_DONTWAIT = 0x40;
const ACK = 0x10;
/** A quarter of the sequence space away from everything that is on its way. */
const ASTRAY = 0x4000_0000;

/** Where a segment came from and what its receiver would answer. */
interface Heard {
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly nextSequence: number;
  readonly acknowledgement: number;
}

/** @throws Error when no segment comes in time, or with the errno when the kernel takes none */
export async function answerAstray(request: StraySegmentRequest): Promise<void> {
  const calls = loadFunctions<RawSockets>({
    socket: "int socket(int, int, int)",
    recv: "long recv(int, void *, size_t, int)",
    sendto: "long sendto(int, const void *, size_t, int, const void *, unsigned int)",
    close: "int close(int)",
  });
  const fd = calls.socket(AF_INET, SOCK_RAW, PROTOCOL_TCP);
  if (fd < 0) throw new Error(`no raw socket: errno ${errno()}`);
  try {
    const heard = await segmentOf(request, () => {
      const packet = Buffer.alloc(2048);
      const size = calls.recv(fd, packet, packet.length, MSG_DONTWAIT);
      return size > 0 ? packet.subarray(0, size) : undefined;
    });
    const segment = encodeAnswer(heard);
    const name = socketAddress(request.peer, 0);
    const sent = calls.sendto(fd, segment, segment.length, 0, name, name.length);
    if (sent !== segment.length) throw new Error(`the segment was not sent: errno ${errno()}`);
  } finally {
    calls.close(fd);
  }
}

async function segmentOf(
  { port, peer, peerPort, timeoutMs }: StraySegmentRequest,
  next: () => Buffer | undefined,
): Promise<Heard> {
  const endMs = performance.now() + timeoutMs;
  const from = ipaddr.parse(peer).toByteArray();
  while (performance.now() < endMs) {
    const packet = next();
    if (packet === undefined) {
      await sleep(2);
      continue;
    }
    const heard = decode(packet);
    const isOurs = heard.sourcePort === peerPort && heard.destinationPort === port;
    if (isOurs && heard.source.join() === from.join()) return heard;
  }
  throw new Error(`no segment from ${peer}:${peerPort} to port ${port} within ${timeoutMs} ms`);
}

/** An IPv4 packet with a TCP segment (RFC 791, RFC 9293). */
function decode(packet: Buffer): Heard {
  const tcp = packet.subarray((packet.readUInt8(0) & 0x0f) * 4, packet.readUInt16BE(2));
  const dataBytes = tcp.length - (tcp.readUInt8(12) >> 4) * 4;
  return {
    source: [...packet.subarray(12, 16)],
    destination: [...packet.subarray(16, 20)],
    sourcePort: tcp.readUInt16BE(0),
    destinationPort: tcp.readUInt16BE(2),
    nextSequence: (tcp.readUInt32BE(4) + dataBytes) >>> 0,
    acknowledgement: tcp.readUInt32BE(8),
  };
}

/** A bare ACK of all that was heard, from a sequence number far away; the kernel adds the IP header. */
function encodeAnswer(heard: Heard): Buffer {
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(heard.destinationPort, 0);
  tcp.writeUInt16BE(heard.sourcePort, 2);
  tcp.writeUInt32BE((heard.acknowledgement + ASTRAY) >>> 0, 4);
  tcp.writeUInt32BE(heard.nextSequence, 8);
  tcp.set([0x50, ACK, 0x10, 0], 12);
  const pseudo = [...heard.destination, ...heard.source, 0, PROTOCOL_TCP, 0, tcp.length];
  tcp.writeUInt16BE(checksum(Buffer.concat([Buffer.from(pseudo), tcp])), 16);
  return tcp;
}

/** RFC 1071, over an even number of bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < bytes.length; offset += 2) sum += bytes.readUInt16BE(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
