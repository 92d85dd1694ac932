import { ApiRequestError } from "./errors.ts";
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
  /** The Authorization header's value, asked for at each request, so that rotated tokens are picked up. */
  readonly authorization?: () => Promise<string | undefined>;
  /** Feeds the rest_client metrics. */
  readonly onRequest?: (outcome: RequestOutcome) => void;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
}

/** Reads from the API server: one GET at a time, typed errors, nothing retried. */
export class ApiClient {
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
  }

  /** The body of a 200 response. Anything else throws ApiRequestError (FL-C001). */
  async get(path: string, { signal, idleTimeoutMs }: GetOptions): Promise<AsyncIterable<Buffer>> {
    const { transport } = this.#options;
    const url = transport.url + path;
    const startedMs = performance.now();
    let code = "<error>";
    try {
      const headers = await this.#headers();
      const response = await transport.request(path, { headers, signal, idleTimeoutMs });
      code = String(response.status);
      if (response.status !== 200) throw await refusal(url, response);
      return response.body;
    } catch (cause) {
      throw cause instanceof ApiRequestError ? cause : new ApiRequestError(url, { cause });
    } finally {
      const durationSeconds = (performance.now() - startedMs) / 1000;
      this.#options.onRequest?.({ method: "GET", host: transport.host, code, durationSeconds });
    }
  }

  close(): void {
    this.#options.transport.close();
  }

  async #headers(): Promise<Record<string, string>> {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": userAgent };
    const authorization = await this.#options.authorization?.();
    if (authorization !== undefined) headers.authorization = authorization;
    return headers;
  }
}

async function refusal(url: string, response: TransportResponse): Promise<ApiRequestError> {
  const text = await readText(response.body);
  return new ApiRequestError(url, {
    status: readStatus(parsed(text), response.status, text),
    retryAfterMs: retryAfterMs(response.headers["retry-after"]),
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
