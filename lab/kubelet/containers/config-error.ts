import { FairleadError } from "#observe/errors.ts";

/** Something that a container or volume refers to is not there (yet): it is tried again. */
export class ConfigError extends FairleadError {
  constructor(message: string) {
    super("FL-K003", message);
  }
}
