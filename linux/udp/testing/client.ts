import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** One datagram that came back. */
export interface Answer {
  readonly text: string;
  /** Address that it came from. */
  readonly from: string;
}

/** How long to wait for answers that a loopback delivers at once; only a failing test waits so long. */
const PATIENCE_MS = 20_000;

/** A UDP client with a source port of its own. */
export class Client {
  readonly answers: Answer[] = [];
  readonly #socket: Socket;
  readonly #target: { readonly address: string; readonly port: number };
  #arrived = Promise.withResolvers<void>();

  private constructor(socket: Socket, target: { address: string; port: number }) {
    this.#socket = socket;
    this.#target = target;
    socket.on("message", (bytes, { address }) => {
      this.answers.push({ text: bytes.toString("latin1"), from: address });
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  /** For a server at the address; family and source address follow from it. */
  static async open(address: string, port: number): Promise<Client> {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.bind(0);
    await once(socket, "listening");
    return new Client(socket, { address, port });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(...payloads: string[]): void {
    const { address, port } = this.#target;
    for (const payload of payloads)
      this.#socket.send(Buffer.from(payload, "latin1"), port, address);
  }

  /** Sends the payloads and returns the answers' texts, as soon as `count` of them are there. */
  async ask(payloads: readonly string[], count = payloads.length): Promise<string[]> {
    this.answers.length = 0;
    this.send(...payloads);
    await this.waitFor(count);
    return this.answers.map(({ text }) => text);
  }

  /** Resolves when that many answers are there, and after PATIENCE_MS at the latest. */
  async waitFor(count: number): Promise<void> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const over = new Promise<void>((resolve) => {
      patience.addEventListener("abort", () => resolve());
    });
    while (this.answers.length < count && !patience.aborted)
      await Promise.race([this.#arrived.promise, over]);
  }

  close(): void {
    this.#socket.close();
  }
}
