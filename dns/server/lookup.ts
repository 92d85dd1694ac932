import type { Lookup } from "../contract.ts";
import { responseOf } from "../plugins/verdict.ts";
import type { QueryService } from "./query-service.ts";

/** Follow-ups of follow-ups: names that lead to one another forever end here, as in CoreDNS. */
const MAX_DEPTH = 10;

/** Follow-up questions of plugins, asked of the same listener that the query came in on. */
export function createLookup(service: () => Pick<QueryService, "resolve">): Lookup {
  return async (query, name, type) => {
    const depth = (query.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) return undefined;
    const question = { ...query.question, name, type };
    const message = { ...query.message, questions: [question] };
    const followUp = { ...query, question, message, depth };
    return responseOf(followUp, await service().resolve(followUp));
  };
}
