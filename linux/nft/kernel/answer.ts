import { SystemCallError } from "#linux/errors.ts";
import { NETLINK_NETFILTER } from "#linux/netlink/abi.ts";
import type { NetlinkConnection, NetlinkReply, NetlinkRequest } from "#linux/netlink/contract.ts";
import { NetlinkError } from "#linux/netlink/errors.ts";
import { openNetlink } from "#linux/netlink/socket.ts";
import { NFGENMSG_BYTES } from "../encode/abi.ts";
import { NftThreadError } from "../errors.ts";
import type { ThreadAnswer, ThreadRequest } from "./protocol.ts";

/** @throws NftThreadError when the kernel gives no socket */
export function connectNftables(namespacePath: string | undefined): NetlinkConnection {
  const where = namespacePath === undefined ? {} : { namespacePath };
  try {
    return openNetlink({ protocol: NETLINK_NETFILTER, ...where });
  } catch (error) {
    throw new NftThreadError(error instanceof Error ? error.message : String(error));
  }
}

/** What the kernel says to a request. The calling thread waits, which for a long commit takes its time. */
export function answerTo(connection: NetlinkConnection, request: ThreadRequest): ThreadAnswer {
  try {
    if (request.kind === "batch")
      return {
        kind: "batch",
        bytes: request.bytes,
        acknowledgements: connection.sendBatch(request.bytes),
      };
    const question = readingOf(request);
    const bodies =
      request.kind === "get"
        ? connection.request(question).map(bodyOf)
        : connection.dump(question, bodyOf);
    return { kind: "dump", bodies };
  } catch (error) {
    return refusedBy(error);
  }
}

/**
 * The same with batches on a thread of libuv's pool, which is a tenth of the way to a worker and back: for many small
 * ones, of which none may hold the calling thread up. Tables are read in turns of it.
 */
export async function answerInPool(
  connection: NetlinkConnection,
  request: ThreadRequest,
): Promise<ThreadAnswer> {
  if (request.kind === "get") return answerTo(connection, request);
  try {
    if (request.kind === "dump")
      return { kind: "dump", bodies: await connection.dumpInTurns(readingOf(request), bodyOf) };
    const { bytes } = request;
    return {
      kind: "batch",
      bytes,
      acknowledgements: await connection.sendBatchInBackground(bytes),
    };
  } catch (error) {
    return refusedBy(error);
  }
}

function readingOf({ type, body }: Exclude<ThreadRequest, { kind: "batch" }>): NetlinkRequest {
  return { operation: "read nf_tables", type, flags: 0, body };
}

/** A copy: the reply is valid for a moment. */
const bodyOf = (reply: NetlinkReply): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(reply.body.subarray(NFGENMSG_BYTES));

/** @throws what is no refusal of the kernel's */
function refusedBy(error: unknown): ThreadAnswer {
  if (error instanceof NetlinkError)
    return { kind: "refused", errnoName: error.errnoName, message: error.kernelMessage };
  if (error instanceof SystemCallError && error.call === "send")
    return { kind: "refused", errnoName: error.errnoName, message: error.message };
  throw error;
}
