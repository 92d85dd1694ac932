import { FairleadError } from "#observe/errors.ts";

/** The parts of a Kubernetes Status object (meta/v1) that decide what happens next. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** Reasons of details.causes, for example "ResourceVersionTooLarge". */
  readonly causes: readonly string[];
}

export type ApiMethod = "GET" | "POST" | "PATCH";

/** FL-C001: a request that failed, on the way or by the server's word. */
export class ApiRequestError extends FairleadError {
  readonly url: string;
  /** Absent when no answer came. */
  readonly status: ApiStatus | undefined;
  /** The server's Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor(url: string, failure: ApiFailure) {
    super("FL-C001", `${failure.method ?? "GET"} ${url}: ${describe(failure)}`, {
      cause: failure.cause,
    });
    this.url = url;
    this.status = failure.status;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

export interface ApiFailure {
  /** GET when absent. */
  readonly method?: ApiMethod;
  readonly status?: ApiStatus | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
  /** The credentials were obtained anew for this request. */
  readonly credentialsAreNew?: boolean;
}

function describe({ status, cause, credentialsAreNew }: ApiFailure): string {
  if (status === undefined) return cause instanceof Error ? cause.message : String(cause);
  const words = `${status.code} ${status.reason}: ${status.message}`;
  if (status.code !== 401 || !credentialsAreNew) return words;
  return `${words} (also after the credentials were read anew: have they expired, or are they another cluster's?)`;
}

/** FL-C002: an answer that is not in the form of the Kubernetes API. */
export class ApiProtocolError extends FairleadError {
  constructor(message: string, options?: ErrorOptions) {
    super("FL-C002", message, options);
  }
}

/** FL-C004: address or credentials that cannot be used. */
export class ConnectionConfigError extends FairleadError {
  constructor(message: string, options?: ErrorOptions) {
    super("FL-C004", message, options);
  }
}
