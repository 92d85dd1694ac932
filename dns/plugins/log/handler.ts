import type { Logger } from "#observe/contract.ts";
import type { Handler } from "../../contract.ts";
import { isSubdomain } from "../../wire/name.ts";
import { responseOf } from "../verdict.ts";
import type { LoggedQuery } from "./format.ts";
import { type ResponseClass, responseClass } from "./response-class.ts";

/** One zone of a `log` directive. */
export interface LogRule {
  /** Lower case with trailing dot. */
  readonly zone: string;
  readonly format: (logged: LoggedQuery) => string;
  readonly classes: ReadonlySet<ResponseClass | "all">;
}

export interface LogOptions {
  readonly rules: readonly LogRule[];
  readonly logger: Logger;
  /** A clock that never goes back. */
  readonly nowNs: () => bigint;
}

/** Logs a line for each query whose name is within a rule's zone; the first such rule decides. */
export function logHandler({ rules, logger, nowNs }: LogOptions): Handler {
  return {
    async serve(query, next) {
      const rule = rules.find(({ zone }) => isSubdomain(query.question.name, zone));
      if (rule === undefined) return next(query);
      const startNs = nowNs();
      const verdict = await next(query);
      const response = responseOf(query, verdict);
      if (rule.classes.has("all") || rule.classes.has(responseClass(response))) {
        logger.info({}, rule.format({ query, response, durationNs: nowNs() - startNs }));
      }
      return verdict;
    },
  };
}
