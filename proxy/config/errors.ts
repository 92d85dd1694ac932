import { FairleadError } from "#observe/errors.ts";

/** FL-P001: a configuration that cannot be used. The message begins with file and line, or with the flag. */
export class ProxyConfigError extends FairleadError {
  constructor(where: string, problem: string, options?: ErrorOptions) {
    super("FL-P001", `${where}: ${problem}`, options);
  }
}
