import { FairleadError } from "#observe/errors.ts";

/** A value that no rule set can hold, found before the kernel was asked. */
export class NftValueError extends FairleadError {
  constructor(message: string) {
    super("FL-L008", message);
  }
}

/** The rule set could not be read. */
export class NftReadError extends FairleadError {
  constructor(message: string) {
    super("FL-L009", message);
  }
}

/** The thread that writes and reads cannot be started: nothing was changed. */
export class NftThreadError extends FairleadError {
  constructor(reason: string) {
    super("FL-L010", `cannot reach nf_tables: ${reason}`);
  }
}
