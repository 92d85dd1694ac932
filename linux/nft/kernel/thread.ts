/** The thread that talks to nf_tables: a long commit holds it up, and nothing else. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { SystemCallError } from "#linux/errors.ts";
import { NETLINK_NETFILTER } from "#linux/netlink/abi.ts";
import type { NetlinkConnection, NetlinkReply } from "#linux/netlink/contract.ts";
import { NetlinkError } from "#linux/netlink/errors.ts";
import { openNetlink } from "#linux/netlink/socket.ts";
import { NFGENMSG_BYTES } from "../encode/abi.ts";
import type { ThreadAnswer, ThreadData, ThreadMessage, ThreadRequest } from "./protocol.ts";

function serve(port: MessagePort, { namespacePath }: ThreadData): void {
  const connection = openNetlink({
    protocol: NETLINK_NETFILTER,
    ...(namespacePath === undefined ? {} : { namespacePath }),
  });
  port.on("message", (request: ThreadRequest) => {
    const answer = answerTo(connection, request);
    port.postMessage(answer, memoryOf(answer));
  });
  port.postMessage({ kind: "ready" } satisfies ThreadMessage);
}

function answerTo(connection: NetlinkConnection, request: ThreadRequest): ThreadAnswer {
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

/** What moves to the other thread instead of being copied. */
function memoryOf(answer: ThreadAnswer): ArrayBuffer[] {
  if (answer.kind === "batch") return [answer.bytes.buffer];
  return answer.kind === "dump" ? answer.bodies.map(({ buffer }) => buffer) : [];
}

// A worker's data are what its owner handed over.
if (parentPort !== null) serve(parentPort, workerData as ThreadData);
