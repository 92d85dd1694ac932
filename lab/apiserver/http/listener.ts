import { isIPv6, type Socket } from "node:net";
import { FairleadError } from "#observe/errors.ts";
import type { ListenAddress } from "../contract.ts";
import type { Exchange } from "./exchange.ts";
import type { Front, Serve } from "./front.ts";
import type { Handler } from "./handler.ts";
import type { Upgrade } from "./upgrade.ts";

/** How long a watch or request may take to end by itself at close before its connection is cut. */
const closeGraceMs = 2000;

/** Makes the front once it is known which host is to be served, which a certificate has to name. */
export type MakeFront = (host: string, serve: Serve) => Front;

/** Binds a front to an address and ends it in peace. */
export class Listener {
  readonly #makeFront: MakeFront;
  readonly #handler: Pick<Handler, "handle" | "upgrade">;
  readonly #tunnels = new Set<Socket>();
  #front: Front | undefined;
  #url: string | undefined;
  #isClosing = false;

  constructor(makeFront: MakeFront, handler: Pick<Handler, "handle" | "upgrade">) {
    this.#makeFront = makeFront;
    this.#handler = handler;
  }

  /** @throws Error before listen() has resolved */
  get url(): string {
    if (this.#url === undefined) throw new Error("the API server does not listen yet");
    return this.#url;
  }

  /** @throws FairleadError FL-A001 when the address cannot be bound */
  async listen({ host, port }: ListenAddress): Promise<ListenAddress> {
    const front = this.#makeFront(host, {
      request: (exchange) => this.#serve(exchange),
      upgrade: (upgrade) => this.#tunnel(upgrade),
    });
    await new Promise<void>((resolve, reject) => {
      front.server.once("error", (error) => {
        const message = `cannot listen on ${host} port ${port}: ${error.message}`;
        reject(new FairleadError("FL-A001", message, { cause: error }));
      });
      front.server.listen({ host, port }, resolve);
    });
    this.#front = front;
    const address = front.server.address();
    if (address === null || typeof address === "string")
      throw new Error("a TCP server has an address");
    const named = isIPv6(address.address) ? `[${address.address}]` : address.address;
    this.#url = `${front.scheme}://${named}:${address.port}`;
    return { host: address.address, port: address.port };
  }

  /** Stops accepting, lets answers end, then cuts what is left. */
  async close(): Promise<void> {
    const front = this.#front;
    if (front === undefined || this.#isClosing) return;
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => front.server.close(() => resolve()));
    front.dropIdle();
    for (const socket of this.#tunnels) socket.destroy();
    const cut = setTimeout(() => front.cutAll(), closeGraceMs);
    await closed;
    clearTimeout(cut);
  }

  #serve(exchange: Exchange): void {
    // A kept connection whose last answer ended after close() began would hold the server open.
    exchange.gone.addEventListener("abort", () => {
      if (this.#isClosing) setImmediate(() => this.#front?.dropIdle());
    });
    void this.#handler.handle(exchange);
  }

  #tunnel(upgrade: Upgrade): void {
    const { socket } = upgrade;
    this.#tunnels.add(socket);
    socket.once("close", () => this.#tunnels.delete(socket));
    void this.#handler.upgrade(upgrade);
  }
}
