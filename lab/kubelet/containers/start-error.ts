import { FairleadError } from "#observe/errors.ts";

/** A container's command never ran. */
export class StartError extends FairleadError {
  constructor(message: string) {
    super("FL-K004", message);
  }
}
