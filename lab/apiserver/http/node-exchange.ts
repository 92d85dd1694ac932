import type { IncomingMessage, ServerResponse } from "node:http";
import { StatusError } from "../status.ts";
import type { Exchange } from "./exchange.ts";

/** The exchange over node:http. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly url: URL;
  readonly gone: AbortSignal;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const gone = new AbortController();
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    // A target that is no URL names nothing that is served.
    this.url = URL.parse(request.url ?? "/", "http://apiserver") ?? new URL("http://apiserver//");
    this.gone = gone.signal;
    response.once("close", () => gone.abort());
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
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

  begin(httpCode: number, contentType: string): void {
    this.#response.writeHead(httpCode, {
      "content-type": contentType,
      "cache-control": "no-cache, private",
    });
    this.#response.flushHeaders();
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  write(text: string): boolean {
    return this.#response.write(text);
  }

  drained(): Promise<void> {
    if (!this.#response.writableNeedDrain || this.#response.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off("drain", done);
        this.#response.off("close", done);
        resolve();
      };
      this.#response.on("drain", done);
      this.#response.on("close", done);
    });
  }

  end(text?: string): void {
    this.#response.end(text);
  }

  cut(): void {
    this.#response.destroy();
  }
}
