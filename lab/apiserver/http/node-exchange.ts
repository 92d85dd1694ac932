import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Http2ServerRequest,
  type Http2ServerResponse,
  constants as http2,
  type ServerHttp2Stream,
} from "node:http2";
import { pipeline, type Writable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import type { UserInfo } from "../security/contract.ts";
import { StatusError } from "../status.ts";
import type { Exchange } from "./exchange.ts";

/** What the responses of both versions have; the types of HTTP/2's leave flushHeaders out. */
interface EitherResponse extends Writable {
  statusCode: number;
  readonly headersSent: boolean;
  readonly stream?: ServerHttp2Stream;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  flushHeaders(): void;
}

/** The exchange over node:http and node:http2, whose requests and responses are alike. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly url: URL;
  readonly gone: AbortSignal;
  readonly certificateUser: UserInfo | undefined;
  readonly #request: IncomingMessage | Http2ServerRequest;
  readonly #response: EitherResponse;
  /** What the body is written to: the response, or what compresses for it. */
  #body: Writable;

  constructor(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
    certificateUser: UserInfo | undefined,
  ) {
    const gone = new AbortController();
    this.#request = request;
    this.#response = response as EitherResponse;
    this.#body = this.#response;
    this.certificateUser = certificateUser;
    this.method = request.method ?? "GET";
    // A target that is no URL names nothing that is served.
    this.url = URL.parse(request.url ?? "/", "http://apiserver") ?? new URL("http://apiserver//");
    this.gone = gone.signal;
    response.once("close", () => gone.abort());
  }

  header(name: string): string | undefined {
    const { headers } = this.#request;
    const value = headers[name] ?? (name === "host" ? headers[":authority"] : undefined);
    return Array.isArray(value) ? value.join(",") : value;
  }

  async readBody(maxBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    // Destroying the request on the way out would cut the connection before the refusal is sent.
    for await (const chunk of this.#request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > maxBytes) {
        const message = `limit is ${maxBytes} bytes`;
        throw new StatusError(413, "RequestEntityTooLarge", `Request entity too large: ${message}`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  compress(): void {
    if (!/\bgzip\b/.test(this.header("accept-encoding") ?? "")) return;
    this.#response.setHeader("content-encoding", "gzip");
    this.#response.setHeader("vary", "accept-encoding");
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    // Ends both ways: a client that goes takes the compressor with it.
    pipeline(gzip, this.#response, () => undefined);
    this.#body = gzip;
  }

  warn(message: string): void {
    this.#response.appendHeader("warning", `299 - ${JSON.stringify(message)}`);
  }

  begin(httpCode: number, contentType: string): void {
    this.#response.statusCode = httpCode;
    this.#response.setHeader("content-type", contentType);
    this.#response.setHeader("cache-control", "no-cache, private");
    this.#response.flushHeaders();
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  write(piece: string | Uint8Array): boolean {
    return this.#body.write(piece);
  }

  drained(): Promise<void> {
    const body = this.#body;
    if (!body.writableNeedDrain || body.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        body.off("drain", done);
        body.off("close", done);
        resolve();
      };
      body.on("drain", done);
      body.on("close", done);
    });
  }

  end(text?: string): void {
    this.#body.end(text);
  }

  cut(): void {
    const { stream } = this.#response;
    if (stream === undefined) this.#response.destroy();
    else stream.close(http2.NGHTTP2_INTERNAL_ERROR);
  }
}
