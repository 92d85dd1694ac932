/** Refusals as the API words them: a Status object with reason, code and details (api-conventions, "Response Status Kind"). */
import { FairleadError } from "#observe/errors.ts";
import type { ResourceRow } from "./contract.ts";

/** One cause in details: what is wrong with which field. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The Status kind, for successes and failures. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: object;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A request that the API refuses, with the HTTP code and the Status that the client gets. */
export class StatusError extends FairleadError {
  readonly httpCode: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(httpCode: number, reason: string, message: string, details?: StatusDetails) {
    super("FL-A002", message);
    this.httpCode = httpCode;
    this.reason = reason;
    this.details = details;
  }

  /** The body of the answer. */
  toStatus(): Status {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.httpCode,
    };
  }
}

/** "services" or "deployments.apps": how messages name a resource. */
function qualified(row: ResourceRow): string {
  return row.group === "" ? row.plural : `${row.plural}.${row.group}`;
}

function details(row: ResourceRow, name: string): StatusDetails {
  return { name, ...(row.group === "" ? {} : { group: row.group }), kind: row.plural };
}

export function notFound(row: ResourceRow, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualified(row)} "${name}" not found`,
    details(row, name),
  );
}

export function alreadyExists(row: ResourceRow, name: string): StatusError {
  const message = `${qualified(row)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, details(row, name));
}

export function conflict(row: ResourceRow, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(row)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, details(row, name));
}

export function forbidden(
  row: ResourceRow,
  name: string,
  why: string,
  cause?: StatusCause,
): StatusError {
  const message = `${qualified(row)} "${name}" is forbidden: ${why}`;
  const causes = cause === undefined ? {} : { causes: [cause] };
  return new StatusError(403, "Forbidden", message, { ...details(row, name), ...causes });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** The history that a watch or page needs has been compacted. */
export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

/** The client knows a resourceVersion that this server has not reached. */
export function revisionTooLarge(asked: number, current: number): StatusError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new StatusError(504, "Timeout", message, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** Nothing is served at the path. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource");
}

export function methodNotAllowed(row: ResourceRow, method: string): StatusError {
  const message = `${method} is not supported on resources of kind "${qualified(row)}"`;
  return new StatusError(405, "MethodNotAllowed", message, { kind: row.plural });
}

export function unsupportedMediaType(given: string, accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format (${given}) - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

/** What is wrong with one field of an object. */
export interface FieldProblem {
  readonly field: string;
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueTypeInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden";
  readonly message: string;
}

/** An object that breaks the rules of its kind: 422 with a cause for each field. */
export function invalid(
  { kind, group }: Pick<ResourceRow, "kind" | "group">,
  name: string,
  problems: readonly FieldProblem[],
): StatusError {
  const listed = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const said = listed.length === 1 ? listed[0] : `[${listed.join(", ")}]`;
  const shown = group === "" ? kind : `${kind}.${group}`;
  return new StatusError(422, "Invalid", `${shown} "${name}" is invalid: ${said}`, {
    name,
    ...(group === "" ? {} : { group }),
    kind,
    causes: problems,
  });
}
