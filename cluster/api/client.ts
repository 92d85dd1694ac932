import { type ApiMethod, ApiRequestError } from "./errors.ts";
import { gunzipped } from "./gzip.ts";
import { readStatus, retryAfterMs } from "./status.ts";
import type { ApiTransport, TransportResponse, WriteRequest } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

/** An error body is read no further than this. */
const ERROR_BODY_BYTES = 64 * 1024;

export interface RequestOutcome {
  readonly method: ApiMethod;
  readonly host: string;
  /** The HTTP status, or "<error>" when no answer came (as client-go labels it). */
  readonly code: string;
  /** Until the response's head. */
  readonly durationSeconds: number;
}

export interface ApiClientOptions {
  readonly transport: ApiTransport;
  /**
   * The Authorization header's value, asked for at each request, so that rotated tokens are picked up; `renew` says
   * that the server has just refused what was last given.
   */
  readonly authorization?: (renew: boolean) => Promise<string | undefined>;
  /** Feeds the rest_client metrics. */
  readonly onRequest?: (outcome: RequestOutcome) => void;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** Asks for a compressed body; what comes out is plain all the same. */
  readonly gzip?: boolean;
}

export interface WriteOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** "application/json" when absent; a patch names its kind. */
  readonly contentType?: string;
}

interface Attempt extends GetOptions {
  readonly write?: WriteRequest;
  readonly contentType?: string;
}

/** Requests to the API server with typed errors; nothing is retried but refused credentials. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#options.transport.host;
  }

  /**
   * The body of a 200 response. Anything else throws ApiRequestError (FL-C001), a 401 only when credentials that were
   * obtained anew are refused as well.
   */
  get(path: string, options: GetOptions): Promise<AsyncIterable<Buffer>> {
    return this.#withCredentials(path, options);
  }

  /** get() for an answer of JSON, whole. Throws SyntaxError for what is none. */
  async getJson(path: string, options: GetOptions): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.get(path, options)) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  }

  /**
   * Writes a JSON body and resolves when the server has taken it (200 or 201). Otherwise throws as get() does; without
   * a status in the error it is unknown whether the server took it.
   */
  async write(
    method: WriteRequest["method"],
    path: string,
    body: unknown,
    options: WriteOptions,
  ): Promise<void> {
    const write = { method, body: JSON.stringify(body) };
    // Read to its end, so that the connection can be used again.
    for await (const _chunk of await this.#withCredentials(path, { ...options, write }));
  }

  close(): void {
    this.#options.transport.close();
  }

  async #withCredentials(path: string, options: Attempt): Promise<AsyncIterable<Buffer>> {
    try {
      return await this.#attempt(path, options, false);
    } catch (error) {
      if (!(error instanceof ApiRequestError) || error.status?.code !== 401) throw error;
      if (this.#options.authorization === undefined) throw error;
      return this.#attempt(path, options, true);
    }
  }

  async #attempt(path: string, attempt: Attempt, renew: boolean): Promise<AsyncIterable<Buffer>> {
    const { transport } = this.#options;
    const { signal, idleTimeoutMs, write } = attempt;
    const method = write?.method ?? "GET";
    const url = transport.url + path;
    const startedMs = performance.now();
    let code = "<error>";
    try {
      const headers = await this.#headers(attempt, renew);
      const response = await transport.request(path, {
        headers,
        signal,
        idleTimeoutMs,
        ...(write === undefined ? {} : { write }),
      });
      code = String(response.status);
      if (response.status !== 200 && response.status !== 201)
        throw await refusal(method, url, response, renew);
      return plainBody(response);
    } catch (cause) {
      throw cause instanceof ApiRequestError ? cause : new ApiRequestError(url, { method, cause });
    } finally {
      const durationSeconds = (performance.now() - startedMs) / 1000;
      this.#options.onRequest?.({ method, host: transport.host, code, durationSeconds });
    }
  }

  async #headers(
    { gzip = false, write, contentType = "application/json" }: Attempt,
    renew: boolean,
  ): Promise<Record<string, string>> {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": userAgent };
    if (write !== undefined) headers["content-type"] = contentType;
    if (gzip) headers["accept-encoding"] = "gzip";
    const authorization = await this.#options.authorization?.(renew);
    if (authorization !== undefined) headers.authorization = authorization;
    return headers;
  }
}

function plainBody({ headers, body }: TransportResponse): AsyncIterable<Buffer> {
  return headers["content-encoding"] === "gzip" ? gunzipped(body) : body;
}

async function refusal(
  method: ApiMethod,
  url: string,
  response: TransportResponse,
  credentialsAreNew: boolean,
): Promise<ApiRequestError> {
  const text = await readText(plainBody(response));
  return new ApiRequestError(url, {
    method,
    status: readStatus(parsed(text), response.status, text),
    retryAfterMs: retryAfterMs(response.headers["retry-after"], Date.now()),
    credentialsAreNew,
  });
}

/** The body's beginning; an answer cut short is still an answer. */
async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= ERROR_BODY_BYTES) break;
    }
  } catch {
    // What has arrived is enough: the status code already says that the request failed.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
