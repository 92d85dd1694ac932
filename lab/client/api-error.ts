import { FairleadError } from "#observe/errors.ts";

/** The server refused, or no answer came (code 0). */
export class ApiError extends FairleadError {
  /** HTTP status, 0 when the server was not reached. */
  readonly httpCode: number;
  /** "NotFound", "Conflict", "AlreadyExists", ...; "" without an answer. */
  readonly reason: string;

  constructor(httpCode: number, reason: string, message: string, options?: ErrorOptions) {
    super("FL-A003", message, options);
    this.httpCode = httpCode;
    this.reason = reason;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.httpCode === 404;
}
