import type { NetlinkConnection } from "#linux/netlink/contract.ts";
import { answerTo, connectNftables } from "./answer.ts";
import type { ThreadData, ThreadRequest } from "./protocol.ts";
import type { Asked, Outcome } from "./writer.ts";

/** Asks the kernel on the calling thread: a process of one call has nothing else to do, and a thread takes a while. */
export class InThread implements Asked {
  readonly #data: ThreadData;
  #connection: NetlinkConnection | undefined;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  async ask(request: ThreadRequest): Promise<Outcome> {
    this.#connection ??= connectNftables(this.#data.namespacePath);
    return answerTo(this.#connection, request);
  }

  async close(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
  }
}
