import { constants } from "node:os";
import { SystemCallError } from "../../errors.ts";
import { HEADER_BYTES, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from "../abi.ts";
import { connectNetlink } from "../connection.ts";
import type { NetlinkConnection, NetlinkReply, NetlinkTransport } from "../contract.ts";
import { decodeMessages, encodeMessage } from "../message.ts";
import { NetlinkWriter } from "../writer.ts";

/** One datagram of answers, or a loss that the receiver is told of. */
export type FakeDatagram = readonly NetlinkReply[] | "overrun";

/** What the kernel does with one request: the datagrams it answers with. */
export type FakeKernel = (request: NetlinkReply) => readonly FakeDatagram[];

const portId = 4711;

/** A connection to a kernel that is a function; `events` arrive before anything is asked. */
export function connectFake(
  kernel: FakeKernel,
  events: readonly FakeDatagram[] = [],
): NetlinkConnection {
  const waiting: FakeDatagram[] = [...events];
  const send = (bytes: Uint8Array): void => {
    for (const request of decodeMessages(Buffer.from(bytes))) waiting.push(...kernel(request));
  };
  const transport: NetlinkTransport = {
    portId,
    send,
    sendInBackground: async (bytes) => send(bytes),
    receive() {
      const datagram = waiting.shift();
      if (datagram === "overrun")
        throw new SystemCallError({
          call: "recv",
          errno: constants.errno.ENOBUFS,
          detail: "receive from the fake kernel",
        });
      return datagram && Buffer.concat(datagram.map(encodeMessage));
    },
    close: () => {},
  };
  return connectNetlink(transport);
}

/** A reply to the request: of the type and with the body given. */
export function fakeReply(
  request: NetlinkReply,
  type: number,
  body: Uint8Array,
  flags = 0,
): NetlinkReply {
  return { type, flags, sequence: request.sequence, portId, body: Buffer.from(body) };
}

/** An acknowledgement, or with an errno a refusal with the kernel's words as attributes of the extended ACK. */
export function fakeAck(
  request: NetlinkReply,
  errno = 0,
  extended: (writer: NetlinkWriter) => void = () => {},
): NetlinkReply {
  const writer = new NetlinkWriter().raw(errnoBytes(errno)).raw(Buffer.alloc(HEADER_BYTES));
  extended(writer);
  return fakeReply(request, NLMSG_ERROR, writer.finish(), NLM_F_CAPPED | NLM_F_ACK_TLVS);
}

/** The end of a dump. */
export function fakeDone(request: NetlinkReply, errno = 0, flags = 0): NetlinkReply {
  return fakeReply(request, NLMSG_DONE, errnoBytes(errno), flags);
}

function errnoBytes(errno: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(-errno);
  return bytes;
}
