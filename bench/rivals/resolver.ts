import { createSocket, type Socket } from "node:dgram";
import type { LoadQuery } from "../contract.ts";
import { encodeQuery } from "../data/wire.ts";

/** The parts of an answer that the benchmark looks at. */
export interface Answer {
  readonly rcode: number;
  readonly answerCount: number;
  readonly truncated: boolean;
}

const timeoutMs = 250;

/** Asks one server on 127.0.0.1 over UDP, one query at a time. */
export class Resolver {
  readonly #socket: Socket;
  readonly #connected: Promise<void>;
  #id = 0;
  #settle: (id: number, answer: Answer | undefined) => void = () => {};

  constructor(port: number) {
    this.#socket = createSocket("udp4");
    // A closed port shows as an error on a connected socket: no need to wait for the time-out.
    this.#socket.on("error", () => this.#settle(this.#id, undefined));
    this.#socket.on("message", (bytes) =>
      this.#settle(bytes.readUInt16BE(0), {
        rcode: bytes.readUInt8(3) & 15,
        answerCount: bytes.readUInt16BE(6),
        truncated: (bytes.readUInt8(2) & 2) !== 0,
      }),
    );
    this.#connected = new Promise((resolve) => this.#socket.connect(port, "127.0.0.1", resolve));
  }

  /** Undefined when nothing came back in time. */
  async ask(query: LoadQuery): Promise<Answer | undefined> {
    await this.#connected;
    this.#id = (this.#id + 1) & 0xffff;
    const expected = this.#id;
    const message = encodeQuery(query);
    message.writeUInt16BE(expected, 0);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      this.#settle = (id, answer) => {
        if (id !== expected) return;
        clearTimeout(timer);
        resolve(answer);
      };
      this.#socket.send(message);
    });
  }

  close(): void {
    this.#socket.close();
  }
}
