import type { AttemptRequest, Held, Outcome } from "../contract.ts";
import { open } from "./attempts.ts";
import type { Connection } from "./connection.ts";

/** Connections that outlive the call that made them. */
export class HeldConnections {
  readonly #connections = new Map<number, Connection>();
  #serial = 0;

  async open(request: AttemptRequest): Promise<Held> {
    const opened = await open(request);
    if ("kind" in opened) {
      if (opened.kind === "failure") return opened;
      throw new Error("an answer without a connection");
    }
    const { connection, outcome } = opened;
    if (outcome.kind === "failure") return outcome;
    const id = ++this.#serial;
    this.#connections.set(id, connection);
    const { localAddress, localPort } = connection;
    return { ...outcome, id, localAddress, localPort };
  }

  async prove({ id, timeoutMs }: { id: number; timeoutMs: number }): Promise<Outcome> {
    const connection = this.#connections.get(id);
    if (connection === undefined) throw new Error(`no connection ${id} is held`);
    return connection.exchange(timeoutMs);
  }

  release(id: number): void {
    this.#connections.get(id)?.close();
    this.#connections.delete(id);
  }
}
