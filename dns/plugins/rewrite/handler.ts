import type { Handler, Next, Query, Verdict } from "../../contract.ts";
import { Rcode } from "../../wire/constants.ts";
import type { Message } from "../../wire/contract.ts";
import { responseOf } from "../verdict.ts";
import type { ResponseStep, Rule } from "./contract.ts";
import { isName } from "./name-pattern.ts";

const NAME = "rewrite";
/** What the header's four bits hold. */
const MAX_PLAIN_RCODE = 15;

/** Hands the next plugin what the rules make of a query, and the client the response to what it asked. */
export class RewriteHandler implements Handler {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  async serve(query: Query, next: Next): Promise<Verdict> {
    let current = query;
    let matched = false;
    const steps: ResponseStep[] = [];
    for (const rule of this.#rules) {
      const rewritten = rule.rewrite(current);
      if (rewritten === undefined) continue;
      matched = true;
      current = rewritten.query;
      const { name } = current.question;
      if (!isName(name)) {
        const error = new Error(`the rewritten name ${name} is none`);
        return { kind: "refused", rcode: Rcode.SERVFAIL, plugin: NAME, error };
      }
      steps.push(...rewritten.steps);
      if (!rule.continues) break;
    }
    const verdict = await next(current);
    return matched ? restore(verdict, query, steps) : verdict;
  }
}

async function restore(
  verdict: Verdict,
  query: Query,
  steps: readonly ResponseStep[],
): Promise<Verdict> {
  let response = responseOf(query, verdict);
  for (const step of steps.toReversed()) response = await step(response);
  // Nobody has answered, and no rule has anything to say about that: the server writes the rcode.
  if (verdict.kind === "refused" && response.rcode === verdict.rcode) return verdict;
  const { plugin } = verdict;
  return { kind: "replied", response: toClient(response, query.message), plugin };
}

/** The question as asked; no OPT for a client that sent none (RFC 6891 §7), and then no rcode that needs one (§6.1.3). */
function toClient({ edns, ...response }: Message, asked: Message): Message {
  const restored = { ...response, questions: asked.questions };
  if (edns !== undefined && asked.edns !== undefined) return { ...restored, edns };
  return restored.rcode > MAX_PLAIN_RCODE ? { ...restored, rcode: Rcode.SERVFAIL } : restored;
}
