import { FairleadError } from "#observe/errors.ts";

/** FL-C003: a manifest file with a fault. The message begins as compilers' do: file:line. */
export class ManifestError extends FairleadError {
  readonly file: string;
  /** From 1. */
  readonly line: number;

  constructor(file: string, line: number, problem: string, options?: ErrorOptions) {
    super("FL-C003", `${file}:${line}: ${problem}`, options);
    this.file = file;
    this.line = line;
  }
}
