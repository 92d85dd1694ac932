import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { ApiError } from "./api-error.ts";
import type { Connection, Method, RequestOptions } from "./contract.ts";

const timeoutMs = 10_000;

export interface OpenRequest extends RequestOptions {
  readonly signal?: AbortSignal;
}

/** Requests over connections that are kept for the next one. */
export class Transport {
  readonly #base: URL;
  readonly #agent: http.Agent;
  readonly #token: string | undefined;

  constructor({ server, ca, certificate, key, token }: Connection) {
    this.#base = new URL(server);
    this.#token = token;
    this.#agent =
      this.#base.protocol === "https:"
        ? new https.Agent({ keepAlive: true, ca, cert: certificate, key })
        : new http.Agent({ keepAlive: true });
  }

  /** The answer's head; its body is to be read. @throws ApiError code 0 when there is none in time */
  open(method: Method, path: string, options: OpenRequest = {}): Promise<IncomingMessage> {
    const text = options.body === undefined ? undefined : JSON.stringify(options.body);
    const { request } = this.#base.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void => {
        const message = `${method} ${this.#base.origin}${path}: ${cause.message}`;
        reject(new ApiError(0, "", message, { cause }));
      };
      const sent = request(
        new URL(path, this.#base),
        { method, agent: this.#agent, headers: this.#headers(text, options.contentType) },
        resolve,
      );
      if (options.signal?.aborted) sent.destroy();
      options.signal?.addEventListener("abort", () => sent.destroy(), { once: true });
      sent.setTimeout(options.timeoutMs ?? timeoutMs, () =>
        sent.destroy(new Error(`no answer within ${options.timeoutMs ?? timeoutMs} ms`)),
      );
      sent.on("error", fail);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #headers(text: string | undefined, contentType = "application/json"): Record<string, string> {
    return {
      accept: "application/json",
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(text !== undefined && {
        "content-type": contentType,
        "content-length": String(Buffer.byteLength(text)),
      }),
    };
  }
}
