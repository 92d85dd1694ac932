import { FairleadError } from "#observe/errors.ts";

/** A manifest that cannot be applied. The message begins with file and line. */
export class ManifestError extends FairleadError {
  constructor(file: string, line: number, message: string, options?: ErrorOptions) {
    super("FL-C003", `${file}:${line}: ${message}`, options);
  }
}
