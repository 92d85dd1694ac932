import type { NetlinkConnection } from "#linux/netlink/contract.ts";
import { answerTo, bodyOf, connectNftables, readingOf, refusedBy } from "./answer.ts";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./protocol.ts";
import type { Asked, Outcome } from "./writer.ts";

/**
 * Batches on a thread of libuv's pool, which is a tenth of the way to a worker and back: for many small ones, of which
 * none may hold the calling thread up. Tables are read in turns of it.
 */
export class InPool implements Asked {
  readonly #data: ThreadData;
  #connection: NetlinkConnection | undefined;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  async ask(request: ThreadRequest): Promise<Outcome> {
    this.#connection ??= connectNftables(this.#data.namespacePath);
    const connection = this.#connection;
    if (request.kind === "get") return answerTo(connection, request);
    try {
      return request.kind === "batch"
        ? await commit(connection, request.bytes)
        : { kind: "dump", bodies: await connection.dumpInTurns(readingOf(request), bodyOf) };
    } catch (error) {
      return refusedBy(error);
    }
  }

  async close(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

async function commit(
  connection: NetlinkConnection,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ThreadAnswer> {
  const acknowledgements = await connection.sendBatchInBackground(bytes);
  return { kind: "batch", bytes, acknowledgements };
}
