import { type ErrorCode, errorCatalogue } from "./error-catalogue.ts";

/** The root of all errors that Fairlead raises on purpose: a stable code beside the sentence for people. */
export class FairleadError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }

  /** What an operator can do about it, from the catalogue. */
  get remedy(): string {
    return errorCatalogue[this.code].remedy;
  }
}
