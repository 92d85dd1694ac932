/** One TCP connection from its first byte to its last answer (RFC 7766). */
import type { Socket } from "node:net";
import type { ClientAddress } from "../contract.ts";
import { TcpAnswers, type TcpFastPath } from "./tcp-answers.ts";
import { FrameReader } from "./tcp-frames.ts";

/** A connection on which for so long no query was completed and no answer taken is closed (RFC 7766 §6.2.3). */
const IDLE_TIMEOUT_MS = 10_000;

export interface TcpConnectionParts {
  readonly fastPath: TcpFastPath;
  /** The slow path; undefined when no reply is due. */
  readonly answer: (query: Uint8Array, client: ClientAddress) => Promise<Uint8Array | undefined>;
}

export class TcpConnection {
  readonly #socket: Socket;
  readonly #fastPath: TcpFastPath;
  readonly #client: ClientAddress;
  readonly #frames: FrameReader;
  readonly #answers: TcpAnswers;
  readonly #idle: NodeJS.Timeout;
  /** The client is not read from, because as much is in hand as may be. */
  #isHeld = false;
  /** The client has said its last, or the server stops. */
  #isEnding = false;

  constructor(socket: Socket, { fastPath, answer }: TcpConnectionParts) {
    const client = clientOf(socket);
    this.#socket = socket;
    this.#fastPath = fastPath;
    this.#client = client;
    this.#frames = new FrameReader((buffer, offset, length) =>
      this.#answers.take(buffer, offset, length),
    );
    this.#answers = new TcpAnswers({
      socket,
      fast: fastPath,
      answer: (query) => answer(query, client),
      onProgress: () => this.#proceed(),
    });
    this.#idle = setTimeout(() => socket.destroy(), IDLE_TIMEOUT_MS);
    socket.on("close", () => clearTimeout(this.#idle));
    // Resets and broken pipes are the client's business; "close" follows.
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      this.#frames.append(chunk);
      if (this.#takeFrames() > 0) this.#idle.refresh();
    });
    socket.on("end", () => this.finish());
  }

  /** Answers what has been taken, then closes. */
  finish(): void {
    this.#isEnding = true;
    this.#endWhenDone();
  }

  /** Something that was in hand is done: take on what had to wait. */
  #proceed(): void {
    if (this.#socket.destroyed) return;
    this.#idle.refresh();
    if (this.#isHeld) this.#takeFrames();
    if (this.#isEnding) this.#endWhenDone();
  }

  #takeFrames(): number {
    const { counter } = this.#fastPath;
    counter.family = this.#client.family;
    counter.startBatch();
    const taken = this.#answers.isFull ? 0 : this.#frames.proceed();
    this.#answers.flush();
    counter.endBatch();
    this.#hold(this.#answers.isFull);
    return taken;
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#socket.pause();
    else this.#socket.resume();
  }

  #endWhenDone(): void {
    if (this.#answers.waiting === 0 && !this.#answers.isFull) this.#socket.end();
  }
}

function clientOf({ remoteAddress = "", remotePort = 0, remoteFamily }: Socket): ClientAddress {
  const isMapped = remoteAddress.startsWith("::ffff:");
  return {
    family: remoteFamily === "IPv6" && !isMapped ? 6 : 4,
    address: isMapped ? remoteAddress.slice(7) : remoteAddress,
    port: remotePort,
  };
}
