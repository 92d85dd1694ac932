import type { Logger } from "#observe/contract.ts";
import type { Handler, Query } from "../../contract.ts";
import { typeName } from "../../wire/constants.ts";
import type { Consolidation } from "./consolidation.ts";

export interface ErrorsOptions {
  readonly consolidations: readonly Consolidation[];
  /** Log where the error was made as well. */
  readonly stacktrace: boolean;
  readonly logger: Logger;
}

/** Logs the error of each query that no plugin could answer, as `RCODE NAME TYPE: what went wrong`. */
export function errorsHandler({ consolidations, stacktrace, logger }: ErrorsOptions): Handler {
  const report = (query: Query, rcode: number, error: Error) => {
    const consolidation = consolidations.find(({ rule }) => rule.pattern.test(error.message));
    if (consolidation?.swallow()) return;
    const name = query.question.name.toLowerCase();
    const trace = stacktrace ? { stack: error.stack } : {};
    logger[consolidation?.rule.level ?? "error"](
      trace,
      `${rcode} ${name} ${typeName(query.question.type)}: ${error.message}`,
    );
  };
  return {
    async serve(query, next) {
      const verdict = await next(query);
      if (verdict.kind === "refused" && verdict.error !== undefined)
        report(query, verdict.rcode, verdict.error);
      return verdict;
    },
  };
}
