import type { Handler } from "../../contract.ts";
import { Rcode, RecordType } from "../../wire/constants.ts";
import { type RandomBelow, shuffleMessage } from "./shuffle.ts";

/** Shuffles replies with rcode NOERROR; zone transfers keep their order. */
export function loadbalanceHandler(randomBelow: RandomBelow): Handler {
  return {
    async serve(query, next) {
      const verdict = await next(query);
      const { type } = query.question;
      if (verdict.kind !== "replied" || verdict.response.rcode !== Rcode.NOERROR) return verdict;
      if (type === RecordType.AXFR || type === RecordType.IXFR) return verdict;
      return { ...verdict, response: shuffleMessage(verdict.response, randomBelow) };
    },
  };
}
