import { ApiRequestError } from "./errors.ts";
import { gunzipped } from "./gzip.ts";
import { readStatus, retryAfterMs } from "./status.ts";
import type { ApiTransport, TransportResponse } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

/** An error body is read no further than this. */
const ERROR_BODY_BYTES = 64 * 1024;

export interface RequestOutcome {
  readonly method: "GET";
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

/** Reads from the API server: GET requests, typed errors, nothing retried but refused credentials. */
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
  async get(path: string, options: GetOptions): Promise<AsyncIterable<Buffer>> {
    try {
      return await this.#attempt(path, options, false);
    } catch (error) {
      if (!(error instanceof ApiRequestError) || error.status?.code !== 401) throw error;
      if (this.#options.authorization === undefined) throw error;
      return this.#attempt(path, options, true);
    }
  }

  close(): void {
    this.#options.transport.close();
  }

  async #attempt(
    path: string,
    { signal, idleTimeoutMs, gzip = false }: GetOptions,
    renew: boolean,
  ): Promise<AsyncIterable<Buffer>> {
    const { transport } = this.#options;
    const url = transport.url + path;
    const startedMs = performance.now();
    let code = "<error>";
    try {
      const headers = await this.#headers(gzip, renew);
      const response = await transport.request(path, { headers, signal, idleTimeoutMs });
      code = String(response.status);
      if (response.status !== 200) throw await refusal(url, response, renew);
      return plainBody(response);
    } catch (cause) {
      throw cause instanceof ApiRequestError ? cause : new ApiRequestError(url, { cause });
    } finally {
      const durationSeconds = (performance.now() - startedMs) / 1000;
      this.#options.onRequest?.({ method: "GET", host: transport.host, code, durationSeconds });
    }
  }

  async #headers(gzip: boolean, renew: boolean): Promise<Record<string, string>> {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": userAgent };
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
  url: string,
  response: TransportResponse,
  credentialsAreNew: boolean,
): Promise<ApiRequestError> {
  const text = await readText(plainBody(response));
  return new ApiRequestError(url, {
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
