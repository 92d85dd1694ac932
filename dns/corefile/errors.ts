import type { ErrorCode } from "#observe/error-catalogue.ts";
import { FairleadError } from "#observe/errors.ts";
import type { Position } from "./contract.ts";

export type CorefileErrorCode = Extract<ErrorCode, "FL-D010" | "FL-D011" | "FL-D012" | "FL-D013">;

/** One thing that is wrong in a Corefile. The message starts with file and line. */
export class CorefileError extends FairleadError {
  readonly position: Position;

  constructor(
    code: CorefileErrorCode,
    position: Position,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(code, `${position.file}:${position.line}: ${sentence}`, options);
    this.position = position;
  }
}

/** Everything that is wrong in a Corefile, one line each, so that an operator mends it in one go. */
export class CorefileErrors extends FairleadError {
  readonly errors: readonly CorefileError[];

  constructor(first: CorefileError, ...others: readonly CorefileError[]) {
    const errors = [first, ...others];
    super(first.code, errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}
