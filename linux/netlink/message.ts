import {
  aligned,
  HEADER_BYTES,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSGERR_ATTR_MSG,
  NLMSGERR_ATTR_OFFS,
} from "./abi.ts";
import type { Acknowledgement, NetlinkReply } from "./contract.ts";
import { NetlinkFormatError } from "./errors.ts";
import { readAttributes } from "./reader.ts";

/** Header and body, as one datagram. */
export function encodeMessage(message: Omit<NetlinkReply, "body"> & { body: Uint8Array }): Buffer {
  const { type, flags, sequence, portId, body } = message;
  const lengthBytes = HEADER_BYTES + body.length;
  const bytes = Buffer.alloc(aligned(lengthBytes));
  bytes.writeUInt32LE(lengthBytes, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(sequence, 8);
  bytes.writeUInt32LE(portId, 12);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/**
 * The messages of a datagram; their bodies are views of it.
 * @throws NetlinkFormatError when one is longer than what is left
 */
export function decodeMessages(datagram: Buffer): readonly NetlinkReply[] {
  const messages: NetlinkReply[] = [];
  let start = 0;
  while (datagram.length - start >= HEADER_BYTES) {
    const lengthBytes = datagram.readUInt32LE(start);
    if (lengthBytes < HEADER_BYTES || lengthBytes > datagram.length - start)
      throw new NetlinkFormatError(
        `malformed message: ${lengthBytes} bytes of ${datagram.length - start}`,
      );
    messages.push({
      type: datagram.readUInt16LE(start + 4),
      flags: datagram.readUInt16LE(start + 6),
      sequence: datagram.readUInt32LE(start + 8),
      portId: datagram.readUInt32LE(start + 12),
      body: datagram.subarray(start + HEADER_BYTES, start + lengthBytes),
    });
    start += aligned(lengthBytes);
  }
  return messages;
}

/**
 * Reads an NLMSG_ERROR: the errno as a negative number, the request or its header, the extended ACK.
 * @throws NetlinkFormatError when it is cut
 */
export function decodeAcknowledgement(reply: NetlinkReply): Acknowledgement {
  const { body, flags, sequence } = reply;
  const errno = decodeErrno(body);
  if ((flags & NLM_F_ACK_TLVS) === 0) return { sequence, errno, message: "", offset: undefined };
  const echoed = (flags & NLM_F_CAPPED) === 0 ? body.readUInt32LE(4) : HEADER_BYTES;
  return { sequence, errno, ...decodeExtendedAck(body, 4 + aligned(echoed)) };
}

/** Of an NLMSG_DONE, which ends a dump: its errno and the extended ACK. */
export function decodeDone(reply: NetlinkReply): Acknowledgement {
  const { body, flags, sequence } = reply;
  const errno = body.length < 4 ? 0 : decodeErrno(body);
  if ((flags & NLM_F_ACK_TLVS) === 0) return { sequence, errno, message: "", offset: undefined };
  return { sequence, errno, ...decodeExtendedAck(body, 4) };
}

function decodeErrno(body: Buffer): number {
  if (body.length < 4) throw new NetlinkFormatError(`malformed error: ${body.length} bytes`);
  return Math.abs(body.readInt32LE(0));
}

function decodeExtendedAck(
  body: Buffer,
  start: number,
): Pick<Acknowledgement, "message" | "offset"> {
  let message = "";
  let offset: number | undefined;
  readAttributes(body, start, (attribute) => {
    if (attribute.type === NLMSGERR_ATTR_MSG) message = attribute.string();
    if (attribute.type === NLMSGERR_ATTR_OFFS) offset = attribute.u32();
  });
  return { message, offset };
}
