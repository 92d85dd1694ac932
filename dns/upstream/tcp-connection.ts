import { connect, type Socket } from "node:net";
import { FrameReader } from "../server/tcp-frames.ts";
import type { ExchangeLimits, UpstreamAddress } from "./contract.ts";
import { UpstreamError } from "./errors.ts";
import { mismatch } from "./reply-match.ts";

interface Waiting {
  readonly query: Uint8Array;
  readonly limits: ExchangeLimits;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (error: UpstreamError) => void;
}

/** One TCP connection to an upstream, for one query at a time (RFC 7766). It is of no more use after any failure. */
export class TcpConnection {
  readonly createdMs: number;
  readonly #to: UpstreamAddress;
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #whenIdleEnds: (() => void) | undefined;

  /**
   * @param nowMs a clock that never goes back
   * @throws UpstreamError when there is no connection within the time
   */
  static open(to: UpstreamAddress, timeoutMs: number, nowMs: number): Promise<TcpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: to.host, port: to.port, noDelay: true });
      const fail = (error: UpstreamError): void => {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      };
      const timer = setTimeout(() => fail(UpstreamError.timeout("dial", "tcp", to)), timeoutMs);
      const refused = (error: Error) => fail(UpstreamError.of("dial", "tcp", to, error));
      socket.once("error", refused);
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.off("error", refused);
        resolve(new TcpConnection(to, socket, nowMs));
      });
    });
  }

  private constructor(to: UpstreamAddress, socket: Socket, createdMs: number) {
    this.#to = to;
    this.#socket = socket;
    this.createdMs = createdMs;
    const frames = new FrameReader((buffer, offset, length) => {
      this.#take(buffer.subarray(offset, offset + length));
      return true;
    });
    socket.on("data", (chunk: Buffer) => {
      frames.append(chunk);
      frames.proceed();
    });
    socket.on("error", (error) => this.#end(UpstreamError.of("read", "tcp", to, error)));
    socket.on("end", () => this.#end(this.#eof()));
    socket.on("close", () => this.#end(this.#eof()));
  }

  /**
   * Sends a query and waits for its reply; frames that are none are passed over.
   *
   * @throws UpstreamError
   */
  exchange(query: Uint8Array, limits: ExchangeLimits): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const late = () => this.#end(UpstreamError.timeout("read", "tcp", this.#to));
      const timer = setTimeout(late, limits.timeoutMs);
      this.#waiting = { query, limits, timer, resolve, reject };
      if (this.#socket.destroyed) {
        this.#end(this.#eof());
        return;
      }
      const frame = Buffer.allocUnsafe(2 + query.length);
      frame.writeUInt16BE(query.length);
      frame.set(query, 2);
      this.#socket.write(frame);
    });
  }

  /** Lets it wait for its next query; it ends, and says so, when none comes in time or the peer closes. */
  idle(expireMs: number, onEnd: () => void): void {
    this.#whenIdleEnds = onEnd;
    this.#socket.setTimeout(Math.max(1, expireMs), () => this.close());
  }

  /** Takes it out of waiting. */
  wake(): void {
    this.#whenIdleEnds = undefined;
    this.#socket.setTimeout(0);
  }

  close(): void {
    this.#end(this.#eof());
  }

  #take(reply: Uint8Array): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const reason = mismatch(waiting.query, reply);
    if (reason !== undefined) {
      waiting.limits.onIgnored(reason);
      return;
    }
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    waiting.resolve(Uint8Array.prototype.slice.call(reply));
  }

  #end(error: UpstreamError): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) {
      clearTimeout(waiting.timer);
      waiting.reject(error);
    }
    this.#socket.destroy();
    const whenIdleEnds = this.#whenIdleEnds;
    this.#whenIdleEnds = undefined;
    whenIdleEnds?.();
  }

  #eof(): UpstreamError {
    return UpstreamError.of("read", "tcp", this.#to, new Error("EOF"));
  }
}
