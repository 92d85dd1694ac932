import http2 from "node:http2";
import type { TLSSocket } from "node:tls";
import { type Carrier, StaleConnectionError } from "./carrier.ts";
import { Liveness, type PingTiming } from "./liveness.ts";
import type { RequestOptions, TransportResponse } from "./transport.ts";

/**
 * Receive windows (RFC 9113 §5.2). The protocol's 64 KiB would make a list of 100 MB wait for a round trip 1,600
 * times; what a window allows may also lie in memory unread, so it is no larger than the network needs.
 */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 16 * 1024 * 1024;

/** One HTTP/2 session on a TLS connection that is open already; all requests share it. */
export class Http2Carrier implements Carrier {
  readonly #session: http2.ClientHttp2Session;
  readonly #liveness: Liveness;
  readonly #authority: string;
  #hasServed = false;
  #isRetired = false;

  constructor(server: URL, socket: TLSSocket, ping: PingTiming) {
    this.#authority = server.host;
    const session = http2.connect(server.origin, {
      createConnection: () => socket,
      settings: { initialWindowSize: STREAM_WINDOW_BYTES, enablePush: false },
    });
    session.once("connect", () => session.setLocalWindowSize(SESSION_WINDOW_BYTES));
    // Each request hears of it by its own stream.
    session.on("error", () => undefined);
    this.#session = session;
    this.#liveness = new Liveness(session, ping);
  }

  /** GOAWAY closes the session to new requests while those that run may end (RFC 9113 §6.8). */
  get isUsable(): boolean {
    return !this.#isRetired && !this.#session.closed && !this.#session.destroyed;
  }

  request(path: string, options: RequestOptions): Promise<TransportResponse> {
    const { headers, signal, idleTimeoutMs, write } = options;
    const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
    const wasUsed = this.#hasServed;
    this.#hasServed = true;
    const stream = this.#session.request(
      {
        ":method": write?.method ?? "GET",
        ":path": path,
        ":authority": this.#authority,
        ...headers,
      },
      { endStream: write === undefined, signal },
    );
    if (write !== undefined) stream.end(write.body);
    stream.setTimeout(idleTimeoutMs, () => {
      stream.destroy(new Error(`nothing received for ${idleTimeoutMs / 1000} s`));
    });
    stream.once("response", ({ ":status": status, ...rest }) => {
      this.#liveness.sign();
      resolve({ status: status ?? 0, headers: rest, body: this.#read(stream) });
    });
    const fail = (error: unknown) => {
      const isStale = wasUsed && !this.isUsable && !signal.aborted;
      reject(isStale ? new StaleConnectionError(error) : error);
    };
    stream.on("error", fail);
    stream.once("close", () => fail(new Error("the connection ended before an answer came")));
    return promise;
  }

  /** Node ends a cancelled stream, as all are when the connection is cut, like one that is complete. */
  async *#read(stream: http2.ClientHttp2Stream): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      this.#liveness.sign();
      yield chunk;
    }
    if (stream.rstCode !== http2.constants.NGHTTP2_NO_ERROR)
      throw new Error("the connection broke off");
  }

  retire(): void {
    this.#isRetired = true;
    this.#session.close();
  }

  close(): void {
    this.#session.destroy();
  }
}
