import type { Lookup } from "../contract.ts";
import { responseOf } from "../plugins/verdict.ts";
import type { QueryService } from "./query-service.ts";

/** Follow-up questions of plugins, asked of the same listener that the query came in on. */
export function createLookup(service: () => QueryService): Lookup {
  return async (query, name, type) => {
    const question = { ...query.question, name, type };
    const followUp = { ...query, question, message: { ...query.message, questions: [question] } };
    return responseOf(followUp, await service().resolve(followUp));
  };
}
