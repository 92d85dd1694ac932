import { createServer, type Server } from "node:http";
import { isIPv6 } from "node:net";
import { FairleadError } from "#observe/errors.ts";
import type { ListenAddress } from "../contract.ts";
import type { Handler } from "./handler.ts";
import { NodeExchange } from "./node-exchange.ts";

/** How long a watch or request may take to end by itself at close before its connection is cut. */
const closeGraceMs = 2000;

/** Plain HTTP/1.1 in front of the handler. */
export class Listener {
  readonly #server: Server;
  #isClosing = false;
  #bound: ListenAddress | undefined;

  constructor(handler: Handler) {
    this.#server = createServer({ keepAliveTimeout: 180_000 }, (request, response) => {
      response.once("close", () => this.#dropIdle());
      void handler.handle(new NodeExchange(request, response));
    });
  }

  /** @throws Error before listen() has resolved */
  get url(): string {
    if (this.#bound === undefined) throw new Error("the API server does not listen yet");
    const { host, port } = this.#bound;
    return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  }

  /** @throws FairleadError FL-A001 when the address cannot be bound */
  async listen({ host, port }: ListenAddress): Promise<ListenAddress> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => {
        const message = `cannot listen on ${host} port ${port}: ${error.message}`;
        reject(new FairleadError("FL-A001", message, { cause: error }));
      });
      this.#server.listen({ host, port }, resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string")
      throw new Error("a TCP server has an address");
    this.#bound = { host: address.address, port: address.port };
    return this.#bound;
  }

  /** Stops accepting, lets answers end, then cuts what is left. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#isClosing = true;
    const cut = setTimeout(() => this.#server.closeAllConnections(), closeGraceMs);
    await closed;
    clearTimeout(cut);
  }

  /** A kept connection whose last answer ended after close() began would hold the server open. */
  #dropIdle(): void {
    if (this.#isClosing) setImmediate(() => this.#server.closeIdleConnections());
  }
}
