import { FairleadError } from "#observe/errors.ts";

/** A configuration cannot be used, or a plugin refused. */
export class CniError extends FairleadError {
  constructor(message: string, options?: ErrorOptions) {
    super("FL-K002", message, options);
  }
}
