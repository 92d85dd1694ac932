import type { Handler, Verdict } from "../../contract.ts";
import type { ForwardRule } from "./rule.ts";

/**
 * Hands a query to the first directive that takes it. Where that one's answer is to be replaced by the next
 * directive's (`next`, `next_on_nodata`), the search goes on behind it; the last directive's answer always counts.
 */
export function forwardHandler(rules: readonly ForwardRule[]): Handler {
  return {
    async serve(query, next): Promise<Verdict> {
      for (const [index, rule] of rules.entries()) {
        if (!rule.matches(query.question.name)) continue;
        const { verdict, passOn } = await rule.serve(query);
        if (!passOn || index === rules.length - 1) return verdict;
      }
      return next(query);
    },
  };
}
