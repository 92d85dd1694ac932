import { SystemCallError } from "#linux/errors.ts";
import { NETLINK_NETFILTER } from "#linux/netlink/abi.ts";
import type { NetlinkConnection, NetlinkReply } from "#linux/netlink/contract.ts";
import { NetlinkError } from "#linux/netlink/errors.ts";
import { openNetlink } from "#linux/netlink/socket.ts";
import { NFGENMSG_BYTES } from "../encode/abi.ts";
import type { ThreadAnswer, ThreadRequest } from "./protocol.ts";

export function connectNftables(namespacePath: string | undefined): NetlinkConnection {
  const where = namespacePath === undefined ? {} : { namespacePath };
  return openNetlink({ protocol: NETLINK_NETFILTER, ...where });
}

/** What the kernel says to a request; it takes its time for a long commit. */
export function answerTo(connection: NetlinkConnection, request: ThreadRequest): ThreadAnswer {
  try {
    if (request.kind === "batch")
      return {
        kind: "batch",
        bytes: request.bytes,
        acknowledgements: connection.sendBatch(request.bytes),
      };
    const { kind, type, body } = request;
    const question = { operation: "read nf_tables", type, flags: 0, body };
    const bodyOf = (reply: NetlinkReply) => Uint8Array.from(reply.body.subarray(NFGENMSG_BYTES));
    const bodies =
      kind === "get" ? connection.request(question).map(bodyOf) : connection.dump(question, bodyOf);
    return { kind: "dump", bodies };
  } catch (error) {
    if (error instanceof NetlinkError)
      return { kind: "refused", errnoName: error.errnoName, message: error.kernelMessage };
    if (error instanceof SystemCallError && error.call === "send")
      return { kind: "refused", errnoName: error.errnoName, message: error.message };
    throw error;
  }
}
