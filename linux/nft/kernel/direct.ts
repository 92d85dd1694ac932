import type { NetlinkConnection } from "#linux/netlink/contract.ts";
import { connectNftables } from "./answer.ts";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./protocol.ts";
import type { Asked, Outcome } from "./writer.ts";

export type Answering = (
  connection: NetlinkConnection,
  request: ThreadRequest,
) => ThreadAnswer | Promise<ThreadAnswer>;

/** Asks the kernel without a worker, over a socket that is opened for the first request. */
export class Direct implements Asked {
  readonly #data: ThreadData;
  readonly #answer: Answering;
  #connection: NetlinkConnection | undefined;

  constructor(data: ThreadData, answer: Answering) {
    this.#data = data;
    this.#answer = answer;
  }

  async ask(request: ThreadRequest): Promise<Outcome> {
    this.#connection ??= connectNftables(this.#data.namespacePath);
    return this.#answer(this.#connection, request);
  }

  async close(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
  }
}
