import net, { type Socket } from "node:net";
import { freePorts } from "#test/support/ports.ts";

/** A TCP hop between client and server whose connections can be cut, or kept while nothing passes any more. */
export class TcpRelay {
  readonly #target: number;
  readonly #server: net.Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #port = 0;
  #isRefusing = false;

  constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = net.createServer((client) => this.#join(client));
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    const [port = 0] = await freePorts(1, 22_000);
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    this.#port = port;
  }

  /** Ends all connections without a word to the protocol above. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Connections that are there stay, and nothing passes in either direction; new ones work. */
  freeze(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.unpipe().pause();
  }

  /** Until it is accepting again, new connections end at once. */
  set isRefusing(value: boolean) {
    this.#isRefusing = value;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #join(client: Socket): void {
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    const server = net.connect(this.#target, "127.0.0.1");
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    const part = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of pair) socket.on("error", part).on("close", part);
    client.pipe(server);
    server.pipe(client);
  }
}
