import type { IncomingHttpHeaders } from "node:http";

export interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The request fails when nothing arrives for that long: neither head nor body. */
  readonly idleTimeoutMs: number;
  /** What is to be written; the request is a GET when absent. */
  readonly write?: WriteRequest;
}

export interface WriteRequest {
  readonly method: "POST" | "PATCH";
  readonly body: string;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** In chunks as the network brings them. Leaving the loop early ends the request. */
  readonly body: AsyncIterable<Buffer>;
}

/** Carries requests to the API server. */
export interface ApiTransport {
  /** What paths are put behind, without trailing slash. */
  readonly url: string;
  /** Host and port, as metrics label it. */
  readonly host: string;
  /** Resolves with the head. Rejects, and fails the body's iteration, with the error of the connection. */
  request(path: string, options: RequestOptions): Promise<TransportResponse>;
  /** Ends all connections, and with them what still runs. */
  close(): void;
}
